// SPDX-License-Identifier: MIT
#pragma once

#include "portscope/take_snapshot.hpp"
#include "render/view.hpp"

namespace render {

/// What must be collected for blocks.
portscope::EnumSet<portscope::Need> block_needs();

/// Everything that is known of each socket of the view, a block each, in sections: the same columns that tables and
/// JSON have, whatever the view chose.
void write_blocks(const View& view, const Sink& sink);

}  // namespace render
