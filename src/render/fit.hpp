// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <vector>

namespace render {

inline constexpr std::size_t gap_width = 2;  ///< blanks between two columns

/// A column that must share the width of a terminal with others.
struct Share {
  std::size_t column = 0;  ///< its position
  std::size_t width = 0;
  bool expendable = false;
};

/// Makes the columns fit into `available`, gaps included, by narrowing the widest and leaving
/// out, in this order: texts down to a readable width; expendable columns, the rightmost first;
/// texts down to what can just be recognised; other columns from the right; the rest to
/// anything. At least one column is left.
std::vector<Share> fit(std::vector<Share> shares, std::size_t available);

}  // namespace render
