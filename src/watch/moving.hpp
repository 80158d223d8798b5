// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "watch/press.hpp"

namespace watch {

// Where the selection goes, and the pane below.

inline constexpr std::ptrdiff_t wheel_step = 3;  ///< lines that a notch of the wheel moves

/// Nothing in an empty list.
const Row* selected_row(const State& state, const Scene& scene);

State select(State state, std::size_t row, const Scene& scene);

/// By so many rows, as far as there are any; in the help and in a dialogue by so many lines.
State move_by(State state, std::ptrdiff_t rows, const Scene& scene);

/// The lines of the pane.
State scroll_by(State state, std::ptrdiff_t lines, const Scene& scene);

/// By a screen; in the details it is those that are read page by page.
State page_by(State state, std::ptrdiff_t screens, const Scene& scene);

/// To the next row, in that direction, that has a mark.
State to_change(State state, std::ptrdiff_t direction, const Scene& scene);

}  // namespace watch
