// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "portscope/snapshot.hpp"
#include "render/json_writer.hpp"

namespace render {

/// An array with one object for each descriptor that holds the socket of that inode.
void write_owners(JsonWriter& json, const portscope::Snapshot& snapshot, std::uint32_t inode);

}  // namespace render
