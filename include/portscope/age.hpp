// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "portscope/snapshot.hpp"

namespace portscope {

/// How old a connection is, as far as the kernel lets one tell.
struct ConnectionAge {
  std::uint64_t at_least_ms = 0;
  bool exact = false;
};

/// Needs DetailKind::tcp_info. Nothing for what is no connection, or of which nothing is known.
std::optional<ConnectionAge> age_of(const Snapshot& snapshot, const Socket& socket);

}  // namespace portscope
