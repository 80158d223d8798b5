// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "portscope/snapshot.hpp"

namespace render {

/// Positions of all sockets: by protocol; servers by port, and below each its connections; others
/// by name. Needs 16 bytes a socket while it sorts.
std::vector<std::uint32_t> in_usual_order(const portscope::Snapshot& snapshot);

}  // namespace render
