// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "portscope/socket.hpp"

namespace collect {

/// What every road tells of a vsock socket, as the kernel's numbers.
struct VsockFacts {
  unsigned type = 0;       ///< SOCK_STREAM and the like
  std::uint8_t state = 0;  ///< include/net/tcp_states.h, since Linux 4.15
  portscope::VsockEndpoint local;
  portscope::VsockEndpoint peer;  ///< VMADDR_CID_ANY: none
};
portscope::Socket vsock_socket(const VsockFacts& facts);

}  // namespace collect
