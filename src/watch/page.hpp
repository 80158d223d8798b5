// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "watch/layout.hpp"
#include "watch/line.hpp"
#include "watch/press.hpp"
#include "watch/status.hpp"

namespace watch {

/// What a screen shows, from its upper left; no line is wider than it.
struct Page {
  std::vector<Line> lines;
  std::vector<HeadingPlace> headings;
  std::optional<std::size_t> cursor;  ///< column in the last line, while something is typed there
};

/// Everything on the screen.
Page compose(const Shown& shown, const Widths& widths, const Status& status);

/// The lines of the pane: details of the selected socket, or the help; not cut, but for their width.
std::vector<std::string> pane_lines(const Content& content, const Arrangement& arrangement, const State& state,
                                    const Size& size);

}  // namespace watch
