// SPDX-License-Identifier: MIT
#include "collect/family.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>

#include "collect/descriptor_road.hpp"
#include "portscope/progress.hpp"

namespace collect {

using portscope::Need;
using portscope::State;
using portscope::Transport;

namespace {

// Under churn one reading of /proc/net/udp misses thousands of rows, because the kernel finds
// its place again by row number at every 4 KiB; six readings united miss few.
constexpr unsigned few_passes = 3;
constexpr unsigned many_passes = 6;

constexpr auto table = std::to_array<Family>({
    {.transport = Transport::tcp,
     .protocol = IPPROTO_TCP,
     .dump = dump_inet,
     .scan = scan_inet,
     .scan_passes = few_passes,
     .files = {"tcp", "tcp6"},
     .counters = {"TCP", "TCPv6"}},
    // Not is_rare: Linux 6.1 has the counters and leaves them at 0.
    {.transport = Transport::mptcp, .protocol = IPPROTO_MPTCP, .dump = dump_inet, .counters = {"MPTCP", "MPTCPv6"}},
    {.transport = Transport::udp,
     .protocol = IPPROTO_UDP,
     .dump = dump_inet,
     .scan = scan_inet,
     .scan_passes = many_passes,
     .scan_is_poor = true,
     .files = {"udp", "udp6"},
     .counters = {"UDP", "UDPv6"}},
    {.transport = Transport::udplite,
     .protocol = IPPROTO_UDPLITE,
     .dump = dump_inet,
     .scan = scan_inet,
     .scan_passes = many_passes,
     .scan_is_poor = true,
     .files = {"udplite", "udplite6"},
     .counters = {"UDP-Lite", "UDPLITEv6"},
     .is_rare = true},
    {.transport = Transport::sctp,
     .protocol = IPPROTO_SCTP,
     .dump = dump_sctp,
     .scan = scan_sctp,
     .scan_passes = few_passes,
     .files = {"sctp/eps", "sctp/assocs"},
     .counters = {"SCTP", "SCTPv6"},
     .is_rare = true},
    {.transport = Transport::dccp,
     .protocol = IPPROTO_DCCP,
     .dump = dump_inet,
     .counters = {"DCCP", "DCCPv6"},
     .is_rare = true},
    {.transport = Transport::raw,
     .protocol = IPPROTO_RAW,
     .dump = dump_inet,
     .scan = scan_inet,
     .scan_passes = few_passes,
     .files = {"raw", "raw6"},
     .counters = {"RAW", "RAWv6"}},
    {.transport = Transport::icmp,
     .protocol = IPPROTO_ICMP,
     .scan = scan_inet,
     .scan_passes = few_passes,
     .files = {"icmp", "icmp6"},
     .counters = {"PING", "PINGv6"}},
    {.transport = Transport::unix_socket,
     .dump = dump_unix,
     .scan = scan_unix,
     .scan_passes = few_passes,
     .files = {"unix"},
     .counters = {"UNIX", "UNIX-STREAM"}},
    {.transport = Transport::packet,
     .dump = dump_packet,
     .scan = scan_packet,
     .scan_passes = few_passes,
     .files = {"packet"},
     .counters = {"PACKET"}},
    {.transport = Transport::netlink,
     .dump = dump_netlink,
     .scan = scan_netlink,
     .scan_passes = few_passes,
     .files = {"netlink"},
     .counters = {"NETLINK"}},
    {.transport = Transport::vsock,
     .dump = dump_vsock,
     .counters = {"AF_VSOCK"},
     .describe = describe_vsock,
     .is_uncounted = true},
    {.transport = Transport::xdp, .dump = dump_xdp, .counters = {"XDP"}, .describe = describe_xdp},
    {.transport = Transport::tipc, .dump = dump_tipc, .counters = {"TIPC"}, .is_uncounted = true},
});

}  // namespace

std::span<const Family> families() { return table; }

static_assert(table.size() == portscope::Names<Transport>::list.size(), "every protocol has its row");

const Family& family_of(Transport transport) {
  const auto* const found =
      std::find_if(table.begin(), table.end(), [&](const Family& family) { return family.transport == transport; });
  return *found;
}

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

void count(const Turn& turn, Pass& pass, std::uint32_t inode) {
  ++pass.counted;
  if (!pass.has_new && inode != 0 && turn.so_far != nullptr) pass.has_new = !turn.so_far->include(inode);
}

sys::Result<std::string> read_table(const Question& question, std::string_view file) {
  constexpr std::size_t some_rows = 600;  // four of 27 in a page of TCP
  const std::string path = std::string("thread-self/net/").append(file);
  const std::size_t first = question.turn.number == 0 ? page_of_proc : question.turn.number * some_rows;
  return question.doors.proc.read(path.c_str(), first);
}

bool is_one_page(const Question& question, std::string_view text) {
  return question.turn.number == 0 && text.size() <= page_of_proc;
}

portscope::Socket* keep(const Question& question, Pass& pass, const portscope::Socket& socket) {
  portscope::progress().advance(1);
  if (question.neighbours != nullptr) question.neighbours->note(socket);
  const portscope::Selection& selection = question.request.selection;
  const bool counted_only = socket.state == State::time_wait && question.needs(Need::time_wait_count);
  const bool state_wanted = selection.states.contains(socket.state);
  if (!state_wanted && !counted_only) return nullptr;
  if (selection.matches_but_state(socket, question.strings) == portscope::Truth::no) return nullptr;
  if (!state_wanted) {
    ++pass.time_wait_left_out;
    return nullptr;
  }
  pass.rows.push_back(socket);
  return &pass.rows.back();
}

}  // namespace collect
