// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "render/cell.hpp"
#include "render/fit.hpp"
#include "render/view.hpp"

namespace render {

/// Where a text that is too wide loses its letters: an address keeps its port.
enum class Cut : std::uint8_t { end, middle };

/// What stands above a column of a table, and how the column behaves.
struct Heading {
  std::string_view text;
  bool right_aligned = false;
  Cut cut = Cut::end;
  bool expendable = false;  ///< goes first when the terminal is narrow
};

/// Appends a table whose widths are known to a text, row by row. With a width in `look`
/// no line is wider than it: long texts are cut and marked with an ellipsis, and columns that find
/// no room are named in a last line.
class GridWriter {
 public:
  /// `widths` are those of the widest cell of each column.
  GridWriter(std::vector<Heading> headings, const std::vector<std::size_t>& widths, const Look& look, std::string& out);

  /// The line of headings, where one is wanted.
  void begin();

  /// The columns there is room for; each row has a cell for each of them, in this order.
  [[nodiscard]] const std::vector<Share>& shares() const { return shares_; }

  /// The next cell of the row. `append` appends its text, which is harmless already (append_visible).
  template <class Append>
  void add(Emphasis emphasis, const Append& append) {
    begin_cell(color_of(emphasis));
    append(out_);
    end_cell();
  }

  /// Ends the row. `note` stands below it, wrapped, not cut, where it is too wide.
  void end_row(std::string_view note);

  /// Ends the table: the line that names the columns for which there was no room, if there are any.
  void finish();

 private:
  static std::string_view color_of(Emphasis emphasis);
  void begin_cell(std::string_view color);
  void end_cell();
  void end_line();
  [[nodiscard]] std::string left_out() const;

  std::vector<Heading> headings_;
  std::vector<Share> shares_;
  const Look& look_;
  std::string& out_;
  std::size_t next_ = 0;     // of shares_
  std::size_t pending_ = 0;  // blanks, written only when something follows, so that no line ends in them
  std::size_t end_ = 0;      // of the cell before, in out_
  std::size_t begin_ = 0;    // of the text of this cell, in out_
  bool colored_ = false;     // this cell
};

}  // namespace render
