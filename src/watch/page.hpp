// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "watch/press.hpp"

namespace watch {

/// How a piece of the screen looks.
enum class Paint : std::uint8_t {
  plain,
  status,
  heading,
  group,
  opened,
  changed,
  closed,
  faint,
  warning,
  alarm,
  fault,
  hint
};

/// A piece of a line; its text is harmless.
struct Piece {
  std::string text;
  Paint paint = Paint::plain;

  bool operator==(const Piece&) const = default;
};
struct Line {
  std::vector<Piece> pieces;
  bool selected = false;

  bool operator==(const Line&) const = default;
};

/// What a screen shows, from its upper left; no line is wider than it.
struct Page {
  std::vector<Line> lines;
  std::vector<HeadingPlace> headings;
  std::optional<std::size_t> cursor;  ///< column in the last line, while something is typed there
};

/// How the looks went; for the status line.
struct Status {
  portscope::Time time{};            ///< of the last look
  std::chrono::milliseconds took{};  ///< and how long it took
  portscope::OwnerRoad road = portscope::OwnerRoad::none;
  bool slow = false;    ///< longer than the interval, so it looks less often
  std::string trouble;  ///< why the last look failed
};

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

/// The widths, when these rows are shown too; those of other columns are forgotten.
Widths widened(Widths widths, const std::vector<Field>& fields, const Content& content, const Arrangement& arrangement,
               const State& state, const Size& size, Charset charset);

/// Everything on the screen.
Page compose(const Content& content, const Arrangement& arrangement, const Widths& widths, const State& state,
             const Status& status, const Size& size, Charset charset);

/// The lines of the pane: details of the selected socket, or the help; not cut, but for their width.
std::vector<std::string> pane_lines(const Content& content, const Arrangement& arrangement, const State& state,
                                    const Size& size);

/// A row as a line of text, for the clipboard: the texts of its fields, parted by blanks.
std::string row_text(const Content& content, const Arrangement& arrangement, const std::vector<Field>& fields,
                     std::size_t row);

/// `text`, which is harmless, in exactly so many columns, or cut with an ellipsis.
std::string padded(const std::string& text, std::size_t width, bool right_aligned, Charset charset,
                   render::Cut cut = render::Cut::end);

}  // namespace watch
