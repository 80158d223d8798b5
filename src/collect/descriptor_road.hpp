// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "collect/family.hpp"
#include "sys/borrowed_socket.hpp"

namespace collect {

/// What the descriptors of all processes showed of one protocol.
struct Finding {
  Pass pass;           ///< `counted`: the sockets of the caller's network namespace, wanted or not
  std::string why;     ///< errno by name: why some could not be looked into; empty when all could
  std::string remedy;  ///< the right that is missing; empty when none is
};

/// Looks for the sockets of a protocol that no table lists: every socket descriptor is asked for the
/// name of its protocol (Family::counters), and those that have it are duplicated and asked for the
/// rest. What no process holds as a descriptor is not found: sockets on their way through a Unix
/// socket (SCM_RIGHTS), or registered with io_uring.
Finding find_by_descriptor(const Family& family, const Question& question);

// What a socket says of itself (Family::describe), nothing when it is none of those that are looked for; what every
// socket has is filled in after.
std::optional<portscope::Socket> describe_vsock(const sys::BorrowedSocket& borrowed);
std::optional<portscope::Socket> describe_xdp(const sys::BorrowedSocket& borrowed);

}  // namespace collect
