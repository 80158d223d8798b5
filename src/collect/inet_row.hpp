// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "portscope/socket.hpp"

namespace collect {

/// What both roads tell of a TCP, UDP, raw or ping socket, as the kernel's numbers.
struct InetFacts {
  portscope::Transport transport{};
  portscope::Family family{};
  portscope::Source source{};
  std::uint8_t state = 0;  ///< include/net/tcp_states.h
  std::uint8_t timer = 0;  ///< idiag_timer; first number of `tr` in /proc
  portscope::Endpoint local;
  portscope::Endpoint peer;  ///< 0.0.0.0:0 or [::]:0: none
  std::uint32_t inode = 0;
  std::uint32_t uid = 0;
};

/// What they mean.
struct InetRow {
  portscope::Socket socket;
  /// Counted in /proc/net/protocols. What a connection leaves behind (time_wait, and the
  /// fin_wait_2 of a closed socket), what is not one yet, and merely bound sockets are not.
  bool counted = true;
};
InetRow inet_row(const InetFacts& facts);

/// The bits of inet_diag's idiag_states that ask for `states` of `transport`.
std::uint32_t state_mask(portscope::Transport transport, portscope::EnumSet<portscope::State> states);

}  // namespace collect
