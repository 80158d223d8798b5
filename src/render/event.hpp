// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "portscope/changes.hpp"
#include "render/columns.hpp"

namespace render {

/// Appends one line of JSON: what became of the socket in that row at that time, and the socket.
void append_event(std::string& out, portscope::ChangeKind kind, portscope::Time time,
                  const portscope::Snapshot& snapshot, std::uint32_t row, const std::vector<const Column*>& columns);

}  // namespace render
