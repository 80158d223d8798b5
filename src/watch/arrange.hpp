// SPDX-License-Identifier: MIT
#pragma once

#include "watch/state.hpp"

namespace watch {

/// Orders and groups what there is to show.
Arrangement arrange(const Content& content, const State& state);

/// Lets the selection follow its row to where it is now, or stay where it was when the row is gone, and the screen
/// follow the selection.
State settle(State state, const Arrangement& arrangement, const Size& size);

}  // namespace watch
