// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "portscope/protocol.hpp"

namespace collect {

/// The state behind a kernel's number (include/net/tcp_states.h). UDP, raw and ping sockets
/// borrow two of TCP's: 1 with a peer, 7 without. A number of tomorrow reads as closed.
portscope::State inet_state(portscope::Transport transport, std::uint8_t number);

/// Whether the kernel holds the row for no process, so that it has neither owner nor inode:
/// what a connection leaves behind, and what is not one yet.
bool is_mini_socket(portscope::State state);

/// The bits of inet_diag's idiag_states that ask for `states` of `transport`.
std::uint32_t state_mask(portscope::Transport transport, portscope::EnumSet<portscope::State> states);

}  // namespace collect
