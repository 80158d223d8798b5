// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "render/cell.hpp"
#include "render/fit.hpp"
#include "render/view.hpp"

namespace render {

/// A table of finished texts: filled row by row, then laid out.
class Grid {
 public:
  /// Where a text that is too wide loses its letters: an address keeps its port.
  enum class Cut : std::uint8_t { end, middle };

  struct Heading {
    std::string_view text;
    bool right_aligned = false;
    Cut cut = Cut::end;
    bool expendable = false;  ///< goes first when the terminal is narrow
  };

  explicit Grid(std::vector<Heading> headings) : headings_(std::move(headings)) {}

  /// The next cell, row by row. `visible` is harmless already (append_visible).
  void add(std::string_view visible, Emphasis emphasis);

  /// A line below the row that was just filled; wrapped, not cut, where it is too wide.
  void add_note(std::string visible);

  /// Writes headings and rows. With a width in `look` no line is wider than it: long texts are
  /// cut and marked with an ellipsis, and columns that find no room are named in a last line.
  void write(const Look& look, const Sink& sink) const;

 private:
  struct Place {
    std::uint32_t end = 0;  ///< of the text in texts_; it begins where the one before ends
    std::uint32_t width = 0;
    Emphasis emphasis = Emphasis::plain;
  };

  void append_note(std::string& out, std::size_t row, const Look& look) const;
  [[nodiscard]] std::string_view text(std::size_t cell) const;
  [[nodiscard]] std::vector<Share> layout(const Look& look) const;
  [[nodiscard]] std::string left_out(const std::vector<Share>& shares, std::size_t width) const;

  std::vector<Heading> headings_;
  std::string texts_;
  std::vector<Place> places_;
  std::vector<std::string> notes_;  // by row; as long as the last row that has one
};

}  // namespace render
