// SPDX-License-Identifier: MIT
#include "portscope/summary.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace portscope {

namespace {

std::vector<SummaryRow> count_states(const Snapshot& snapshot) {
  std::map<std::pair<Transport, State>, SummaryRow> rows;
  for (const Socket& socket : snapshot.sockets) {
    SummaryRow& row = rows[{socket.transport, socket.state}];
    row.transport = socket.transport;
    row.state = socket.state;
    ++row.total;
    if (socket.family == Family::ipv4) ++row.ipv4;
    if (socket.family == Family::ipv6) ++row.ipv6;
  }
  std::vector<SummaryRow> result;
  result.reserve(rows.size());
  for (const auto& [key, row] : rows) result.push_back(row);
  return result;
}

/// TCP goes on without a file when its program closes it (net/ipv4/tcp.c, __tcp_close). A connection
/// that nobody accepted yet has no file either, but is in another state: established or close_wait.
/// What is left of a socket in fin_wait_2 is most often only a mini socket, of which the kernel does
/// not tell what was shut down; it does not count them as orphans.
bool is_orphan(const Socket& socket) {
  constexpr EnumSet<Transport> kinds{Transport::tcp, Transport::mptcp};
  constexpr EnumSet<State> closed_states{State::fin_wait_1, State::closing, State::last_ack};
  if (socket.inode != 0 || !kinds.contains(socket.transport)) return false;
  return closed_states.contains(socket.state) ||
         (socket.state == State::fin_wait_2 && socket.shutdown != Shutdown::untold);
}

std::vector<ProcessShare> share_out(const Snapshot& snapshot) {
  std::vector<ProcessShare> shares(snapshot.processes.size());
  for (std::uint32_t i = 0; i < shares.size(); ++i) shares[i].process = i;
  for (const Socket& socket : snapshot.sockets) {
    const Holder* previous = nullptr;
    for (const Holder& holder : snapshot.holders_of(socket)) {
      const bool again = previous != nullptr && previous->process == holder.process;  // another descriptor of it
      previous = &holder;
      if (again) continue;
      ProcessShare& share = shares[holder.process];
      ++share.sockets;
      if (socket.state == State::listen) ++share.listening;
      if (socket.state == State::established) ++share.established;
    }
  }
  // A process may only hold the other end of a Unix socket.
  std::erase_if(shares, [](const ProcessShare& share) { return share.sockets == 0; });
  std::stable_sort(shares.begin(), shares.end(),  // processes come by pid
                   [](const ProcessShare& a, const ProcessShare& b) { return a.sockets > b.sockets; });
  return shares;
}

std::vector<std::uint32_t> overflowed(const Snapshot& snapshot) {
  const auto& sockets = snapshot.sockets;
  std::vector<std::uint32_t> found;
  for (std::uint32_t i = 0; i < sockets.size(); ++i) {
    if (sockets[i].state == State::listen && sockets[i].drops.value_or(0) > 0) found.push_back(i);
  }
  std::stable_sort(found.begin(), found.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return *sockets[a].drops > *sockets[b].drops; });
  return found;
}

}  // namespace

Summary summarize(const Snapshot& snapshot) {
  Summary summary;
  summary.counts = count_states(snapshot);
  for (const SummaryRow& row : summary.counts) {
    if (row.state == State::time_wait) summary.time_wait += row.total;
  }
  summary.orphans =
      static_cast<std::uint64_t>(std::count_if(snapshot.sockets.begin(), snapshot.sockets.end(), is_orphan));
  summary.processes = share_out(snapshot);
  summary.ephemeral_ports = count_ephemeral_ports(snapshot);
  summary.overflowed_listeners = overflowed(snapshot);
  return summary;
}

/// OutSegs is without the segments that carry nothing new (RFC 4022, tcpOutSegs; net/ipv4/
/// tcp_output.c, __tcp_transmit_skb), so it may be the smaller of the two.
std::optional<std::uint64_t> retransmitted_ppm(const NetSettings& settings) {
  constexpr double million = 1e6;
  if (!settings.segments_out || !settings.segments_retransmitted) return std::nullopt;
  const std::uint64_t again = *settings.segments_retransmitted;
  const std::uint64_t all = *settings.segments_out + again;
  if (all == 0) return std::nullopt;
  return static_cast<std::uint64_t>(std::llround(static_cast<double>(again) / static_cast<double>(all) * million));
}

}  // namespace portscope
