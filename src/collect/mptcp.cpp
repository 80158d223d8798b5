// SPDX-License-Identifier: MIT
#include "collect/mptcp.hpp"

#include <map>

#include "collect/roads.hpp"
#include "portscope/detail_types.hpp"

namespace collect {

using portscope::DetailKind;
using portscope::Endpoint;
using portscope::Socket;
using portscope::Subflow;
using portscope::Transport;

namespace {

/// The TCP sockets that carry one MPTCP socket.
struct Carriers {
  std::vector<Subflow> subflows;
  std::optional<std::uint32_t> refused;  ///< by the one that listens: the MPTCP socket itself counts none
};
using SubflowsByInode = std::map<std::uint32_t, Carriers>;

SubflowsByInode mptcp_inodes(const std::vector<Socket>& sockets) {
  SubflowsByInode inodes;
  for (const Socket& socket : sockets) {
    if (socket.transport == Transport::mptcp && socket.inode != 0) inodes[socket.inode];
  }
  return inodes;
}

Subflow subflow_of(const Socket& socket) {
  Subflow subflow;
  subflow.local = *inet(socket.local);
  if (const Endpoint* peer = inet(socket.peer)) subflow.peer = *peer;
  subflow.cookie = socket.cookie;
  subflow.interface = socket.interface;
  subflow.state = socket.state;
  return subflow;
}

bool is_subflow(const Socket& socket, const SubflowsByInode& inodes) {
  return socket.transport == Transport::tcp && socket.inode != 0 && inodes.contains(socket.inode);
}

void add_carrier(Carriers& carriers, const Socket& socket) {
  carriers.subflows.push_back(subflow_of(socket));
  if (socket.state == portscope::State::listen) carriers.refused = socket.drops;
}

/// All TCP sockets, whichever were asked for.
std::vector<Socket> read_tcp(const Question& question) {
  portscope::Request request;
  if (question.needs(portscope::Need::drops)) request.needs = {portscope::Need::drops};
  request.source = question.request.source;
  request.selection.states =
      portscope::every<portscope::State>() - portscope::EnumSet<portscope::State>{portscope::State::time_wait};
  for (const Family& family : families()) {
    if (family.transport != Transport::tcp) continue;
    return read_family(family, {question.doors, request, question.strings, question.details}).sockets;
  }
  return {};
}

}  // namespace

void join_subflows(const Question& question, std::vector<Socket>& sockets) {
  SubflowsByInode inodes = mptcp_inodes(sockets);
  if (inodes.empty()) return;
  for (const Socket& socket : read_tcp(question)) {
    if (is_subflow(socket, inodes)) add_carrier(inodes[socket.inode], socket);
  }
  std::erase_if(sockets, [&](const Socket& socket) { return is_subflow(socket, inodes); });
  for (Socket& socket : sockets) {
    if (socket.transport != Transport::mptcp) continue;
    const auto found = inodes.find(socket.inode);
    if (found == inodes.end()) continue;
    socket.details = question.details.add_list(socket.details, DetailKind::subflows, found->second.subflows);
    if (found->second.refused) socket.drops = found->second.refused;
  }
}

}  // namespace collect
