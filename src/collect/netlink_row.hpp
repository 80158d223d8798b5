// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "portscope/socket.hpp"

namespace collect {

/// What both roads tell of a netlink socket. State and source are the caller's.
inline portscope::Socket netlink_socket(std::uint8_t protocol, std::uint32_t port_id) {
  portscope::Socket socket;
  socket.transport = portscope::Transport::netlink;
  socket.family = portscope::Family::netlink;
  socket.state = portscope::State::unconnected;
  socket.state_id = 7;
  socket.type = portscope::SocketType::raw;
  socket.local = portscope::NetlinkEndpoint{port_id, 0, protocol};
  return socket;
}

}  // namespace collect
