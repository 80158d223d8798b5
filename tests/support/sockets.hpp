// SPDX-License-Identifier: MIT
// Sockets as a test would describe them.
#pragma once

#include <cstdint>

#include "portscope/snapshot.hpp"

namespace fake {

inline portscope::Endpoint end(const char* address, std::uint16_t port) {
  return {portscope::Address::parse(address).value(), port};
}

/// A TCP listener; IPv6 when the address is.
inline portscope::Socket listener(const char* address, std::uint16_t port) {
  portscope::Socket socket;
  socket.local = end(address, port);
  socket.family = end(address, 0).address.is_ipv4() ? portscope::Family::ipv4 : portscope::Family::ipv6;
  if (socket.family == portscope::Family::ipv6) socket.v6_only = false;
  socket.recv_queue = 0;
  socket.send_queue = 0;
  socket.state = portscope::State::listen;
  socket.state_id = 10;
  return socket;
}

inline portscope::Socket v6only_listener(std::uint16_t port) {
  auto socket = listener("::", port);
  socket.v6_only = true;
  return socket;
}

inline portscope::Socket connection(const portscope::Endpoint& local, const portscope::Endpoint& peer) {
  portscope::Socket socket;
  socket.local = local;
  socket.peer = peer;
  socket.family = local.address.is_ipv4() ? portscope::Family::ipv4 : portscope::Family::ipv6;
  socket.recv_queue = 0;
  socket.send_queue = 0;
  socket.state = portscope::State::established;
  socket.state_id = 1;
  return socket;
}

inline portscope::Socket unix_socket(std::uint32_t inode, portscope::StringId name, portscope::State state) {
  portscope::Socket socket;
  socket.recv_queue = 0;
  socket.send_queue = 0;
  socket.transport = portscope::Transport::unix_socket;
  socket.family = portscope::Family::unix_socket;
  socket.inode = inode;
  socket.state = state;
  socket.local = portscope::UnixEndpoint{name, inode, false};
  return socket;
}

}  // namespace fake
