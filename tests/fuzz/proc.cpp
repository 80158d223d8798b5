// SPDX-License-Identifier: MIT
// Whatever stands in a file of /proc: it is read or left out, and the answer can be written.
//
// An input names a file by its first byte; the rest is its content.
#include <array>
#include <chrono>

#include "collect/take_snapshot.hpp"
#include "fuzz/answer.hpp"
#include "support/fake_diag.hpp"
#include "support/fake_proc.hpp"

namespace {

constexpr auto files = std::to_array<const char*>({"thread-self/net/tcp",
                                                   "thread-self/net/tcp6",
                                                   "thread-self/net/udp",
                                                   "thread-self/net/udp6",
                                                   "thread-self/net/raw",
                                                   "thread-self/net/icmp",
                                                   "thread-self/net/unix",
                                                   "thread-self/net/packet",
                                                   "thread-self/net/netlink",
                                                   "thread-self/net/sctp/eps",
                                                   "thread-self/net/sctp/assocs",
                                                   "thread-self/net/protocols",
                                                   "thread-self/net/snmp",
                                                   "thread-self/net/netstat",
                                                   "thread-self/net/sockstat",
                                                   "9/stat",
                                                   "9/status",
                                                   "9/cmdline",
                                                   "9/cgroup",
                                                   "9/comm",
                                                   "sys/net/ipv4/ip_local_reserved_ports",
                                                   "sys/net/ipv4/ip_local_port_range",
                                                   "sys/fs/file-nr"});

/// A listener, held by process 9.
constexpr std::string_view usual_tcp =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
    "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 777 1 0000000000000000 "
    "100 0 0 10 0\n";

fake::Proc& tree() {
  static fake::Proc made;
  static const bool filled = [] {
    made.process(9, "nginx").holds(9, 6, 777).net("protocols", "heading\n").net("tcp", usual_tcp);
    return true;
  }();
  static_cast<void>(filled);
  return made;
}

/// What was there before, so that inputs do not depend on each other.
std::string content_of(const sys::Proc& proc, const char* name) {
  const auto content = proc.read(name);
  return content ? *content : std::string();
}

}  // namespace

/// Called by libFuzzer, and by replay.cpp.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const char* const name = files.at(data[0] % files.size());
  const sys::Proc before = tree().open();
  const bool existed = static_cast<bool>(before.read(name));
  const std::string usual = content_of(before, name);
  tree().file(name, {reinterpret_cast<const char*>(data + 1), size - 1});
  portscope::Request request;
  request.selection.transports = portscope::every<portscope::Transport>();
  request.source = portscope::SourceChoice::proc;
  request.needs = fuzz::needs_of_all_columns() - portscope::EnumSet<portscope::Need>{portscope::Need::set_options};
  fake::Diag diag;
  const sys::Proc proc = tree().open();
  try {
    fuzz::check_formats(
        collect::take_snapshot(request, {diag, proc}, {portscope::Time(std::chrono::hours(1)), portscope::Time{}}));
  } catch (const std::runtime_error&) {  // no table could be read at all
  }
  existed ? tree().file(name, usual) : tree().remove(name);
  return 0;
}
