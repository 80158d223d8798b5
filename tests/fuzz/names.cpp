// SPDX-License-Identifier: MIT
// Whatever processes, files and cgroups are called: every format stays what it is.
//
// An input is names, a line each, given in turn to all that has one.
#include "fuzz/answer.hpp"
#include "support/sockets.hpp"

namespace {

using portscope::Snapshot;
using portscope::Socket;

class Names {
 public:
  explicit Names(std::string_view text) : rest_(text), all_(text) {}

  std::string_view next() {
    if (rest_.empty()) rest_ = all_;
    const std::size_t end = std::min(rest_.find('\n'), rest_.size());
    const auto name = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    return name;
  }

 private:
  std::string_view rest_;
  std::string_view all_;
};

Socket unix_socket(Snapshot& snapshot, Names& names, bool abstract) {
  Socket socket;
  socket.transport = portscope::Transport::unix_socket;
  socket.family = portscope::Family::unix_socket;
  socket.state = portscope::State::listen;
  socket.local = portscope::UnixEndpoint{snapshot.strings.intern(names.next()), 0, abstract};
  return socket;
}

Snapshot machine(std::string_view text) {
  Names names(text);
  Snapshot snapshot;
  snapshot.host.name = names.next();
  auto& strings = snapshot.strings;
  portscope::Process process;
  process.pid = 9;
  process.name = strings.intern(names.next());
  process.exe = strings.intern(names.next());
  process.command_line = strings.intern(names.next());
  process.cgroup = strings.intern(names.next());
  process.uid = 1;
  snapshot.processes = {process};
  snapshot.users = {{1, strings.intern(names.next())}};
  snapshot.interfaces = {{2, strings.intern(names.next())}};
  snapshot.cgroups = {{3, strings.intern(names.next())}};
  Socket tcp = fake::listener("0.0.0.0", 80);
  tcp.inode = 7;
  tcp.uid = 1;
  tcp.interface = 2;
  tcp.cgroup = 3;
  tcp.owner_status = portscope::OwnerStatus::known;
  snapshot.holders = {{7, 0, 6, 0}};
  snapshot.sockets = {tcp};
  for (const bool abstract : {false, true}) snapshot.sockets.push_back(unix_socket(snapshot, names, abstract));
  return snapshot;
}

}  // namespace

/// Called by libFuzzer, and by replay.cpp.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::check_formats(machine({reinterpret_cast<const char*>(data), size}));
  return 0;
}
