// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "watch/layout.hpp"
#include "watch/line.hpp"
#include "watch/press.hpp"

namespace watch {

// The lines of the list.

/// The headings; `places` is where they are.
struct HeadingLine {
  Line line;
  std::vector<HeadingPlace> places;
};
HeadingLine heading_line(const std::vector<Placed>& columns, const State& state, Charset charset);

Line socket_line(const Content& content, const std::vector<Placed>& columns, const Row& row, const State& state,
                 Charset charset);

Line group_line(const Group& group, const Size& size, Charset charset);

/// A row as a line of text, for the clipboard: the texts of its fields, parted by blanks.
std::string row_text(const Content& content, const Arrangement& arrangement, const std::vector<Field>& fields,
                     std::size_t row);

}  // namespace watch
