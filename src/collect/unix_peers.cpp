// SPDX-License-Identifier: MIT
#include "collect/unix_peers.hpp"

#include <sys/socket.h>

#include <unordered_map>

namespace collect {

using portscope::UnixEndpoint;

portscope::SocketType unix_type(std::uint8_t number) {
  using portscope::SocketType;
  switch (number) {
    case SOCK_DGRAM:
      return SocketType::datagram;
    case SOCK_SEQPACKET:
      return SocketType::seqpacket;
    case SOCK_RAW:
      return SocketType::raw;
    default:
      return SocketType::stream;
  }
}

void keep_unix(const Question& question, Pass& pass, std::vector<portscope::Socket> all) {
  std::unordered_map<std::uint32_t, UnixEndpoint> ends;
  for (const auto& socket : all) ends.emplace(socket.inode, std::get<UnixEndpoint>(socket.local));
  for (auto& socket : all) {
    if (auto* peer = std::get_if<UnixEndpoint>(&socket.peer)) {
      if (const auto found = ends.find(peer->inode); found != ends.end()) *peer = found->second;
    }
    keep(question, pass, socket);
  }
  pass.counted = all.size();
}

}  // namespace collect
