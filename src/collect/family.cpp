// SPDX-License-Identifier: MIT
#include "collect/family.hpp"

#include <netinet/in.h>

namespace collect {

using portscope::Need;
using portscope::State;
using portscope::Transport;

namespace {

// Under churn one reading of /proc/net/udp misses thousands of rows, because the kernel finds
// its place again by row number at every 4 KiB; six readings united miss few.
constexpr int few_passes = 3;
constexpr int many_passes = 6;

constexpr auto table = std::to_array<Family>({
    {Transport::tcp, IPPROTO_TCP, dump_inet, scan_inet, few_passes, false, {"tcp", "tcp6"}, {"TCP", "TCPv6"}},
    {Transport::udp, IPPROTO_UDP, dump_inet, scan_inet, many_passes, true, {"udp", "udp6"}, {"UDP", "UDPv6"}},
    {Transport::udplite,
     IPPROTO_UDPLITE,
     dump_inet,
     scan_inet,
     many_passes,
     true,
     {"udplite", "udplite6"},
     {"UDP-Lite", "UDPLITEv6"}},
    {Transport::raw, IPPROTO_RAW, dump_inet, scan_inet, few_passes, false, {"raw", "raw6"}, {"RAW", "RAWv6"}},
    {Transport::icmp, IPPROTO_ICMP, nullptr, scan_inet, few_passes, false, {"icmp", "icmp6"}, {"PING", "PINGv6"}},
    {Transport::unix_socket, 0, dump_unix, scan_unix, few_passes, false, {"unix", ""}, {"UNIX", "UNIX-STREAM"}},
});

}  // namespace

std::span<const Family> families() { return table; }

void keep(const Question& question, Pass& pass, const portscope::Socket& socket) {
  const portscope::Selection& selection = question.request.selection;
  const bool counted_only = socket.state == State::time_wait && question.request.needs.contains(Need::time_wait_count);
  const bool state_wanted = selection.states.contains(socket.state);
  if (!state_wanted && !counted_only) return;
  if (!selection.matches_but_state(socket, question.strings)) return;
  if (state_wanted) {
    pass.rows.push_back(socket);
  } else {
    ++pass.time_wait_left_out;
  }
}

}  // namespace collect
