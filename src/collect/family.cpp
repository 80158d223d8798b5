// SPDX-License-Identifier: MIT
#include "collect/family.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

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
    {Transport::mptcp, IPPROTO_MPTCP, dump_inet, nullptr, 0, false, {}, {"MPTCP", "MPTCPv6"}},
    {Transport::udp, IPPROTO_UDP, dump_inet, scan_inet, many_passes, true, {"udp", "udp6"}, {"UDP", "UDPv6"}},
    {Transport::udplite,
     IPPROTO_UDPLITE,
     dump_inet,
     scan_inet,
     many_passes,
     true,
     {"udplite", "udplite6"},
     {"UDP-Lite", "UDPLITEv6"}},
    {Transport::sctp,
     IPPROTO_SCTP,
     dump_sctp,
     scan_sctp,
     few_passes,
     false,
     {"sctp/eps", "sctp/assocs"},
     {"SCTP", "SCTPv6"}},
    {Transport::dccp, IPPROTO_DCCP, dump_inet, nullptr, 0, false, {}, {"DCCP", "DCCPv6"}},
    {Transport::raw, IPPROTO_RAW, dump_inet, scan_inet, few_passes, false, {"raw", "raw6"}, {"RAW", "RAWv6"}},
    {Transport::icmp, IPPROTO_ICMP, nullptr, scan_inet, few_passes, false, {"icmp", "icmp6"}, {"PING", "PINGv6"}},
    {Transport::unix_socket, 0, dump_unix, scan_unix, few_passes, false, {"unix", ""}, {"UNIX", "UNIX-STREAM"}},
    {Transport::packet, 0, dump_packet, scan_packet, few_passes, false, {"packet", ""}, {"PACKET", ""}},
    {Transport::netlink, 0, dump_netlink, scan_netlink, few_passes, false, {"netlink", ""}, {"NETLINK", ""}},
    {Transport::vsock, 0, dump_vsock, nullptr, 0, false, {}, {"AF_VSOCK", ""}},
    {Transport::xdp, 0, dump_xdp, nullptr, 0, false, {}, {"XDP", ""}},
    {Transport::tipc, 0, dump_tipc, nullptr, 0, false, {}, {"TIPC", ""}},
});

}  // namespace

std::span<const Family> families() { return table; }

portscope::SocketType socket_type(unsigned number) {
  using portscope::SocketType;
  switch (number) {
    case SOCK_DGRAM:
      return SocketType::datagram;
    case SOCK_RAW:
      return SocketType::raw;
    case SOCK_RDM:
      return SocketType::rdm;
    case SOCK_SEQPACKET:
      return SocketType::seqpacket;
    case SOCK_PACKET:
      return SocketType::packet;
    default:
      return SocketType::stream;
  }
}

portscope::Socket* keep(const Question& question, Pass& pass, const portscope::Socket& socket) {
  if (question.neighbours != nullptr) question.neighbours->note(socket);
  const portscope::Selection& selection = question.request.selection;
  const bool counted_only = socket.state == State::time_wait && question.needs(Need::time_wait_count);
  const bool state_wanted = selection.states.contains(socket.state);
  if (!state_wanted && !counted_only) return nullptr;
  if (!selection.matches_but_state(socket, question.strings)) return nullptr;
  if (!state_wanted) {
    ++pass.time_wait_left_out;
    return nullptr;
  }
  pass.rows.push_back(socket);
  return &pass.rows.back();
}

}  // namespace collect
