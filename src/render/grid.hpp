// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "render/grid_writer.hpp"

namespace render {

/// A small table of finished texts: filled row by row, then laid out.
class Grid {
 public:
  explicit Grid(std::vector<Heading> headings) : headings_(std::move(headings)) {}

  /// The next cell, row by row. `visible` is harmless already (append_visible).
  void add(std::string_view visible, Emphasis emphasis);

  /// A line below the row that was just filled; wrapped, not cut, where it is too wide.
  void add_note(std::string visible);

  /// Writes headings and rows, as GridWriter does.
  void write(const Look& look, const Sink& sink) const;

 private:
  struct Place {
    std::uint32_t end = 0;  ///< of the text in texts_; it begins where the one before ends
    Emphasis emphasis = Emphasis::plain;
  };

  [[nodiscard]] std::string_view text(std::size_t cell) const;

  std::vector<Heading> headings_;
  std::string texts_;
  std::vector<Place> places_;
  std::vector<std::string> notes_;  // by row; as long as the last row that has one
};

}  // namespace render
