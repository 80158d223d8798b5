// SPDX-License-Identifier: MIT
#include "portscope/wait.hpp"

#include "portscope/port_owners.hpp"

namespace portscope {

namespace {

/// Of the sockets that a name leads to, those that are bound to it. A socket of datagrams serves without listening.
bool is_at_name(const Snapshot& snapshot, const Socket& socket, const Target& target, Awaited awaited) {
  if (!target.is_name_of(socket.local, snapshot.strings)) return false;
  return awaited == Awaited::free || socket.state == State::listen || socket.type == SocketType::datagram;
}

bool is_decisive(const Snapshot& snapshot, const Socket& socket, const Target& target, Awaited awaited) {
  if (target.has_name()) return is_at_name(snapshot, socket, target, awaited);
  return holds_port(socket) && (awaited == Awaited::free || socket.state != State::bound);
}

}  // namespace

std::vector<std::uint32_t> decisive(const Snapshot& snapshot, const Target& target, Awaited awaited) {
  std::vector<std::uint32_t> found;
  for (std::size_t i = 0; i < snapshot.sockets.size(); ++i) {
    if (is_decisive(snapshot, snapshot.sockets[i], target, awaited)) found.push_back(static_cast<std::uint32_t>(i));
  }
  return found;
}

bool has_happened(const Snapshot& snapshot, const Target& target, Awaited awaited) {
  return decisive(snapshot, target, awaited).empty() == (awaited == Awaited::free);
}

}  // namespace portscope
