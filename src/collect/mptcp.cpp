// SPDX-License-Identifier: MIT
#include "collect/mptcp.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "collect/roads.hpp"
#include "portscope/detail_types.hpp"
#include "portscope/kernel_structs.hpp"

namespace collect {

using portscope::DetailKind;
using portscope::EnumSet;
using portscope::Need;
using portscope::Snapshot;
using portscope::Socket;
using portscope::State;
using portscope::Subflow;
using portscope::Transport;

namespace {

bool is_mptcp(const Socket& socket) { return socket.transport == Transport::mptcp; }

/// The MPTCP sockets of a snapshot, by what their TCP sockets know them by.
class Masters {
 public:
  explicit Masters(const Snapshot& snapshot) {
    for (std::size_t i = 0; i < snapshot.sockets.size(); ++i) {
      const Socket& socket = snapshot.sockets[i];
      if (!is_mptcp(socket)) continue;
      if (socket.inode != 0) by_inode_.emplace(socket.inode, i);
      const auto info = snapshot.details.find(socket.details, DetailKind::mptcp_info);
      if (!info) continue;
      const auto token = value_of(DetailKind::mptcp_info, "token", *info);
      if (token.value_or(0) != 0) by_token_.emplace(static_cast<std::uint32_t>(*token), i);
    }
  }

  /// Position of the socket that `tcp` carries. A connection's token is certain, but told to few
  /// before Linux 6.15; the inode is the same until one of both is closed or before it is accepted
  /// (net/mptcp/protocol.c, mptcp_sock_graft).
  [[nodiscard]] std::optional<std::size_t> of(const Socket& tcp, const portscope::DetailStore& details) const {
    const auto subflow = details.value<portscope::SubflowInfo>(tcp.details, DetailKind::subflow);
    if (subflow && subflow->local_token != 0) {
      if (const auto found = by_token_.find(subflow->local_token); found != by_token_.end()) return found->second;
    }
    const auto found = tcp.inode != 0 ? by_inode_.find(tcp.inode) : by_inode_.end();
    return found == by_inode_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  std::map<std::uint32_t, std::size_t> by_inode_;
  std::map<std::uint32_t, std::size_t> by_token_;
};

Subflow subflow_of(const Socket& socket) {
  Subflow subflow;
  subflow.local = *inet(socket.local);
  if (const auto* peer = inet(socket.peer)) subflow.peer = *peer;
  subflow.cookie = socket.cookie;
  subflow.interface = socket.interface;
  subflow.state = socket.state;
  return subflow;
}

/// The TCP sockets that may carry them, whichever were asked for. Listeners are found in a table
/// of their own, without a walk over all connections.
Reading read_tcp(const Question& question, const Snapshot& snapshot, portscope::DetailStore& details) {
  const bool only_listeners = std::all_of(snapshot.sockets.begin(), snapshot.sockets.end(), [](const Socket& socket) {
    return !is_mptcp(socket) || socket.state == State::listen;
  });
  portscope::Request request;
  request.source = question.request.source;
  request.needs = {Need::tcp_info, Need::drops};
  request.selection.states = only_listeners
                                 ? EnumSet<State>{State::listen}
                                 : portscope::every<State>() - EnumSet<State>{State::time_wait, State::bound};
  return read_family(family_of(Transport::tcp),
                     {question.doors, request, question.strings, details, question.neighbours});
}

}  // namespace

void join_subflows(const Question& question, Snapshot& snapshot) {
  auto& sockets = snapshot.sockets;
  if (std::none_of(sockets.begin(), sockets.end(), is_mptcp)) return;
  const Masters masters(snapshot);
  portscope::DetailStore details;
  Reading tcp = read_tcp(question, snapshot, details);
  if (!tcp.read) {
    // They were read a moment ago, or nobody said yet that they cannot be.
    const bool told = question.request.selection.transports.contains(Transport::tcp);
    if (!told) snapshot.gaps.insert(snapshot.gaps.end(), tcp.gaps.begin(), tcp.gaps.end());
    return;
  }
  std::map<std::size_t, std::vector<Subflow>> subflows;
  std::set<std::uint64_t> joined;
  for (const Socket& socket : tcp.sockets) {
    const auto master = masters.of(socket, details);
    if (!master) continue;
    subflows[*master].push_back(subflow_of(socket));
    joined.insert(socket.cookie);
    // The MPTCP listener itself counts none of those that were refused.
    if (socket.state == State::listen) sockets[*master].drops = socket.drops;
  }
  for (std::size_t i = 0; i < sockets.size(); ++i) {
    if (!is_mptcp(sockets[i])) continue;
    sockets[i].details = snapshot.details.add_list(sockets[i].details, DetailKind::subflows, subflows[i]);
  }
  std::erase_if(sockets, [&](const Socket& socket) {
    return socket.transport == Transport::tcp && socket.cookie != 0 && joined.contains(socket.cookie);
  });
}

}  // namespace collect
