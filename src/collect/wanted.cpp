// SPDX-License-Identifier: MIT
#include "collect/wanted.hpp"

#include "collect/digit_sort.hpp"

namespace collect {

using portscope::Snapshot;
using portscope::Socket;

namespace {

void add_peers(const Snapshot& snapshot, const Socket& socket, std::vector<WantedSocket>& wanted) {
  const auto* peer = unix_end(socket.peer);
  if (peer != nullptr && peer->inode != 0) wanted.push_back({0, peer->inode});
  if (socket.transport != portscope::Transport::unix_socket) return;
  for (const auto& sender :
       snapshot.details.list<portscope::UnixEndpoint>(socket.details, portscope::DetailKind::unix_senders)) {
    if (sender.inode != 0) wanted.push_back({0, sender.inode});
  }
}

}  // namespace

std::vector<WantedSocket> wanted_sockets(const Snapshot& snapshot) {
  std::vector<WantedSocket> wanted;
  wanted.reserve(snapshot.sockets.size());
  for (std::uint32_t row = 0; row < snapshot.sockets.size(); ++row) {
    const Socket& socket = snapshot.sockets[row];
    if (socket.inode != 0) wanted.push_back({socket.cookie, socket.inode, row});
    add_peers(snapshot, socket, wanted);
  }
  sort_by_inode(wanted);
  return wanted;
}

std::vector<std::uint32_t> inodes_of(const std::vector<WantedSocket>& wanted) {
  std::vector<std::uint32_t> inodes;
  inodes.reserve(wanted.size());
  for (const WantedSocket& socket : wanted) {
    if (inodes.empty() || inodes.back() != socket.inode) inodes.push_back(socket.inode);
  }
  return inodes;
}

}  // namespace collect
