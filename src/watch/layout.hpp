// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "watch/fields.hpp"
#include "watch/state.hpp"

namespace watch {

inline constexpr std::size_t mark_width =
    2;  ///< of the signs before a row: what became of it, and whether it is pinned

/// How wide columns have been, so that they do not jump about from look to look.
struct Widths {
  struct Seen {
    Field field;
    std::size_t width = 0;
    bool filled = false;
    bool right_aligned = false;
  };
  std::vector<Seen> columns;
};

/// What is to be shown, and on what.
struct Shown {
  const Content& content;
  const Arrangement& arrangement;
  const State& state;
  Size size;
  Charset charset = Charset::utf8;
};

/// The widths, when these rows are shown too; those of other columns are forgotten.
Widths widened(Widths widths, const std::vector<Field>& fields, const Shown& shown);

/// A column with its place on the screen.
struct Placed {
  const Widths::Seen* seen;
  std::size_t width;
};

/// The columns for which there is room, from left to right.
std::vector<Placed> place_columns(const Widths& widths, const Size& size);

}  // namespace watch
