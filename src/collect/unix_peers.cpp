// SPDX-License-Identifier: MIT
#include "collect/unix_peers.hpp"

#include <unordered_map>

namespace collect {

using portscope::DetailKind;
using portscope::Socket;
using portscope::UnixEndpoint;

namespace {

/// What the sockets tell of each other.
struct Acquaintance {
  std::unordered_map<std::uint32_t, UnixEndpoint> ends;       ///< every socket by inode
  std::unordered_map<std::uint32_t, UnixEndpoint> listeners;  ///< of the clients that wait to be accepted
  std::unordered_map<std::uint32_t, std::vector<UnixEndpoint>>
      senders;  ///< of datagrams: who names that inode as its peer
};

Acquaintance get_acquainted(const Question& question, const std::vector<Socket>& all) {
  Acquaintance known;
  for (const Socket& socket : all) {
    const auto& own = std::get<UnixEndpoint>(socket.local);
    known.ends.emplace(socket.inode, own);
    for (const auto client : question.details.list<std::uint32_t>(socket.details, DetailKind::unix_pending)) {
      known.listeners.emplace(client, own);
    }
    const auto* peer = unix_end(socket.peer);
    const bool is_sender = socket.type == portscope::SocketType::datagram && peer != nullptr && peer->inode != 0;
    if (is_sender) known.senders[peer->inode].push_back(own);
  }
  return known;
}

/// A client that is not accepted yet has a peer without a file; its listener tells whom it waits for.
void name_peer(const Acquaintance& known, const Socket& socket, UnixEndpoint& peer) {
  if (const auto found = known.ends.find(peer.inode); found != known.ends.end()) {
    peer = found->second;
  } else if (const auto listener = known.listeners.find(socket.inode);
             peer.inode == 0 && listener != known.listeners.end()) {
    peer = listener->second;
    peer.told_by_other = true;
  }
}

/// Who is connected to a socket of datagrams, which knows at most one of them as its peer.
void add_senders(const Question& question, const Acquaintance& known, Socket& socket) {
  const auto found = known.senders.find(socket.inode);
  if (found == known.senders.end()) return;
  auto senders = found->second;
  if (const auto* peer = unix_end(socket.peer)) {
    std::erase_if(senders, [&](const UnixEndpoint& sender) { return sender.inode == peer->inode; });
  }
  if (senders.empty()) return;
  socket.details = question.details.add_list(socket.details, DetailKind::unix_senders, senders);
}

}  // namespace

void keep_unix(const Question& question, Pass& pass, std::vector<Socket> all) {
  const Acquaintance known = get_acquainted(question, all);
  for (auto& socket : all) {
    if (auto* peer = std::get_if<UnixEndpoint>(&socket.peer)) name_peer(known, socket, *peer);
    if (Socket* kept = keep(question, pass, socket)) add_senders(question, known, *kept);
  }
  pass.counted = all.size();
}

}  // namespace collect
