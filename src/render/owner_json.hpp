// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include "portscope/snapshot.hpp"
#include "render/json_writer.hpp"

namespace render {

/// An array with one object for each descriptor that holds a socket.
void write_owners(JsonWriter& json, const portscope::Snapshot& snapshot, std::span<const portscope::Holder> holders);

}  // namespace render
