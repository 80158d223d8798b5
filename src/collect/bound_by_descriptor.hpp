// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "collect/family.hpp"
#include "sys/borrowed_socket.hpp"

namespace collect {

/// Adds to `pass` the TCP sockets that are bound and nothing more, of which no table tells: each TCP socket that a
/// process holds is duplicated and asked (descriptor_road.hpp). What this leaves open is a gap.
std::optional<portscope::Gap> add_bound_by_descriptor(const Question& question, Pass& pass);

/// Such a socket, as it seems; nothing when it is another one (Family::describe).
std::optional<portscope::Socket> describe_bound(const sys::BorrowedSocket& borrowed);

}  // namespace collect
