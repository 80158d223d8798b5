// SPDX-License-Identifier: MIT
#include "support/sample_snapshot.hpp"

#include <chrono>

#include "render/formats.hpp"
#include "support/sockets.hpp"

namespace sample {

using portscope::Family;
using portscope::Gap;
using portscope::OwnerStatus;
using portscope::Process;
using portscope::Snapshot;
using portscope::Socket;
using portscope::Source;
using portscope::State;
using portscope::StringId;
using portscope::Time;
using portscope::Transport;
using portscope::UnixEndpoint;

namespace {

using namespace std::chrono_literals;
const Time taken =
    Time(std::chrono::sys_days(std::chrono::year(2026) / 1 / 2)) + 3h + 4min + 5s + std::chrono::microseconds(678901);

class Machine {
 public:
  Snapshot snapshot;

  Socket& add(Socket socket, std::uint32_t inode, std::optional<std::uint32_t> uid) {
    socket.inode = inode;
    socket.uid = uid;
    socket.cookie = inode == 0 ? 0 : 0x1000U + inode;
    socket.owner_status = OwnerStatus::known;
    return snapshot.sockets.emplace_back(socket);
  }

  void process(std::int32_t pid, std::string_view name, std::string_view arguments, std::string_view unit) {
    Process process;
    process.pid = pid;
    process.ppid = 1;
    process.uid = 33;
    process.name = snapshot.strings.intern(name);
    process.exe = snapshot.strings.intern("/usr/sbin/" + std::string(name));
    process.command_line = snapshot.strings.intern(arguments);
    process.cgroup = snapshot.strings.intern("/system.slice/" + std::string(unit));
    process.start_time = taken - std::chrono::hours(pid);
    snapshot.processes.push_back(process);
  }

  StringId text(std::string_view bytes) { return snapshot.strings.intern(bytes); }
};

void add_listeners(Machine& machine) {
  machine.add(fake::listener("::", 22), 10, 0U).send_queue = 128;
  auto& web = machine.add(fake::listener("0.0.0.0", 8080), 11, 33U);
  web.recv_queue = 129;  // full, and refusing
  web.send_queue = 128;
  web.drops = 1204;
  web.cgroup = 77;
  auto& scoped = machine.add(fake::listener("fe80::1", 631), 12, 0U);
  scoped.interface = 2;
  scoped.send_queue = 5;
  machine.add(fake::v6only_listener(9000), 13, 1000U).send_queue = 16;
  auto& of_proc = machine.add(fake::listener("::", 9100), 14, 1000U);
  of_proc.v6_only.reset();
  of_proc.send_queue.reset();
  of_proc.source = Source::proc;
  of_proc.cookie = 0;
  of_proc.owner_status = OwnerStatus::hidden;
  auto& bound = machine.add(fake::listener("127.0.0.1", 3000), 15, 1000U);
  bound.state = State::bound;
  bound.state_id = 7;
  auto& udp = machine.add(fake::listener("0.0.0.0", 51820), 16, 0U);
  udp.transport = Transport::udp;
  udp.state = State::unconnected;
  udp.state_id = 7;
  udp.drops = 3;
  udp.owner_status = OwnerStatus::kernel;
}

void add_connections(Machine& machine) {
  auto& mapped = machine.add(fake::connection(fake::end("10.0.0.1", 22), fake::end("192.0.2.7", 51000)), 20, 0U);
  mapped.family = Family::ipv6;
  mapped.send_queue = 36;
  auto& old =
      machine.add(fake::connection(fake::end("10.0.0.1", 8080), fake::end("192.0.2.8", 40000)), 0, std::nullopt);
  old.state = State::time_wait;
  old.state_id = 6;
  old.owner_status = OwnerStatus::none;
  machine.add(fake::connection(fake::end("2001:db8::1", 40404), fake::end("2001:db8::2", 443)), 21, 1000U)
      .owner_status = OwnerStatus::gone;
}

void add_unix_sockets(Machine& machine) {
  const StringId path = machine.text("/run/app.sock");
  machine.add(fake::unix_socket(30, path, State::listen), 30, 33U).send_queue = 128;
  auto& abstract =
      machine.add(fake::unix_socket(31, machine.text(std::string_view("a\0b", 3)), State::unconnected), 31, 0U);
  abstract.local = UnixEndpoint{machine.text(std::string_view("a\0b", 3)), 31, true};
  abstract.type = portscope::SocketType::datagram;
  auto& client = machine.add(fake::unix_socket(32, StringId::none, State::established), 32, 33U);
  client.peer = UnixEndpoint{path, 30, false};
  auto& hostile = machine.add(
      fake::unix_socket(33, machine.text("/tmp/\x1b[31mred\n\xff\xe2\x80\xae=cmd|"), State::listen), 33, 0U);
  hostile.owner_status = OwnerStatus::elsewhere;
}

void add_processes(Machine& machine) {
  machine.process(1, "systemd", std::string_view("/sbin/init\0", 11), "init.scope");
  machine.process(700, "sshd", std::string_view("sshd: /usr/sbin/sshd -D\0", 24), "ssh.service");
  for (const int pid : {812, 813, 814, 815}) {
    machine.process(pid, "nginx", std::string_view("nginx\0-g\0daemon off;\0", 21), "nginx.service");
  }
  machine.process(900, "evil\x1b]0;x\x07\n\xe2\x80\xae), root(1", std::string_view("\xff\0\0=1+1\0", 8), "x.service");
  machine.snapshot.holders = {{10, 0, 42, 0}, {10, 1, 3, 0},  {11, 2, 6, 0},  {11, 3, 6, 0}, {11, 4, 6, 0},
                              {11, 5, 6, 0},  {12, 6, 3, 0},  {13, 6, 4, 7},  {15, 6, 5, 0}, {20, 1, 4, 0},
                              {30, 2, 7, 0},  {31, 0, 50, 0}, {31, 0, 51, 0}, {32, 3, 8, 0}};
}

}  // namespace

Snapshot snapshot() {
  Machine machine;
  Snapshot& result = machine.snapshot;
  result.time = taken;
  result.host = {"web1", "0123456789abcdef0123456789abcdef", "11111111-2222-3333-4444-555555555555", "6.12.3"};
  result.netns = {4026531840, ""};
  add_listeners(machine);
  add_connections(machine);
  add_unix_sockets(machine);
  add_processes(machine);
  result.interfaces = {{2, machine.text("eth0")}};
  result.users = {{0, machine.text("root")}, {33, machine.text("www-data")}};  // 1000 has no name
  result.cgroups = {{77, machine.text("/system.slice/nginx.service")}};
  result.gaps = {{Gap::What::owners, std::nullopt, "EACCES", 1, "run as root, or see RIGHTS in portscope(8)"},
                 {Gap::What::sockets, Transport::icmp, "ENOENT", std::nullopt, "mount /proc"}};
  result.time_wait_left_out = 17;
  return std::move(machine.snapshot);
}

std::string written(const std::function<void(const render::Sink&)>& writer) {
  std::string out;
  writer([&](std::string_view bytes) { out += bytes; });
  return out;
}

render::View view(const Snapshot& snapshot, render::Layout layout) {
  render::View view;
  view.snapshot = &snapshot;
  view.order = render::sorted(snapshot, {});
  for (const render::Column& column : render::columns()) {
    if (column.layouts.contains(layout)) view.columns.push_back(&column);
  }
  return view;
}

std::string in_format(std::string_view format, const render::View& view) {
  return written([&](const render::Sink& sink) { render::find_format(format)->write(view, sink); });
}

}  // namespace sample
