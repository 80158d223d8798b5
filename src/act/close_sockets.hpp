// SPDX-License-Identifier: MIT
#pragma once

#include "portscope/close_sockets.hpp"
#include "sys/diag.hpp"

namespace act {

/// portscope::close_sockets through that door.
std::vector<portscope::ClosedSocket> close_sockets(sys::Diag& diag, const portscope::Snapshot& snapshot,
                                                   std::span<const std::uint32_t> sockets);

}  // namespace act
