// SPDX-License-Identifier: MIT
#pragma once

#include "portscope/detail_types.hpp"
#include "portscope/socket.hpp"
#include "sys/borrowed_socket.hpp"

namespace collect {

/// The options that a socket of that transport and family can have, as `borrowed` tells them.
portscope::SetOptions read_options(const sys::BorrowedSocket& borrowed, const portscope::Socket& socket,
                                   portscope::StringPool& strings);

}  // namespace collect
