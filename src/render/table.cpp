// SPDX-License-Identifier: MIT
// Read twice, so that a million rows need no memory of their own: first for the widths, then for the texts.
#include <fmt/format.h>

#include <algorithm>

#include "render/formats.hpp"
#include "render/grid_writer.hpp"
#include "render/parts.hpp"

namespace render {

namespace {

using portscope::Socket;

/// What a first look at all rows tells of a column.
struct Seen {
  const Column* column = nullptr;
  bool filled = false;  ///< some row has something in it
  Cut cut = Cut::end;
  bool right_aligned = false;
  std::size_t width = 0;

  /// A column holds one kind of cell, but for rows without any.
  void note_kind(const Cell& cell) {
    filled = true;
    right_aligned = std::holds_alternative<std::uint64_t>(cell);
    if (std::holds_alternative<End>(cell)) cut = Cut::middle;
  }

  /// Adds what was seen of it in other rows.
  void take(const Seen& other) {
    const std::size_t widest = std::max(width, other.width);
    if (other.filled) *this = other;
    width = widest;
  }
};

using Columns = std::vector<Seen>;

/// The columns, with what these rows tell of them.
Columns look_at_rows(const View& view, std::span<const std::uint32_t> rows, const Brevity& brevity, Columns columns) {
  TextMeter meter(brevity);
  const auto look_at = [&](const Socket& socket) {
    for (Seen& seen : columns) {
      const Cell cell = seen.column->cell(*view.snapshot, socket);
      if (!seen.filled && !is_blank(cell)) seen.note_kind(cell);
      seen.width = std::max(seen.width, meter.width(cell));
    }
  };
  for_each_socket(*view.snapshot, rows, look_at);
  return columns;
}

void look_at_all_rows(const View& view, const Brevity& brevity, Columns& columns) {
  const std::span<const std::uint32_t> rows(view.order);
  std::vector<Columns> seen(workers_for(rows.size()));
  side_by_side(seen.size(), [&](std::size_t number) {
    const std::size_t begin = rows.size() * number / seen.size();
    const std::size_t end = rows.size() * (number + 1) / seen.size();
    seen[number] = look_at_rows(view, rows.subspan(begin, end - begin), brevity, columns);
  });
  for (const Columns& part : seen) {
    for (std::size_t i = 0; i < columns.size(); ++i) columns[i].take(part[i]);
  }
}

/// What the columns show of one socket in a line of its own.
std::string text_beneath(const View& view, const std::vector<const Column*>& beneath, const Socket& socket) {
  std::string out;
  for (const Column* column : beneath) {
    const Cell cell = column->cell(*view.snapshot, socket);
    const auto* details = std::get_if<Details>(&cell);
    const std::string text = details != nullptr ? details->view->line(*details->snapshot, *details->socket) : "";
    if (text.empty()) continue;
    if (!out.empty()) out += "; ";
    out += text;
  }
  return out;
}

GridWriter make_grid(const View& view, const Columns& columns, std::string& out) {
  std::vector<Heading> headings;
  std::vector<std::size_t> widths;
  for (const Seen& seen : columns) {
    const bool expendable = is_expendable(*seen.column, view.look.width.value_or(SIZE_MAX));
    headings.push_back({seen.column->heading, seen.right_aligned, seen.cut, expendable});
    widths.push_back(seen.width);
  }
  return {std::move(headings), widths, view.look, out};
}

void write_cells(GridWriter& grid, const View& view, const Columns& columns, const Brevity& brevity,
                 const Socket& socket) {
  for (const Share& share : grid.shares()) {
    const Cell cell = columns[share.column].column->cell(*view.snapshot, socket);
    grid.add(emphasis(cell), [&](std::string& text) { append_text(text, cell, brevity); });
  }
}

void write_rows(const View& view, const Columns& columns, const std::vector<const Column*>& beneath,
                const Brevity& brevity, const Sink& sink) {
  std::string out;
  GridWriter around = make_grid(view, columns, out);
  around.begin();
  write_in_parts(view, out, sink, [&](std::string& part, bool /*is_first*/) {
    return [&, grid = make_grid(view, columns, part)](const Socket& socket) mutable {
      write_cells(grid, view, columns, brevity, socket);
      grid.end_row(beneath.empty() ? std::string() : text_beneath(view, beneath, socket));
    };
  });
  around.finish();
  if (!out.empty()) sink(out);
}

}  // namespace

void write_table(const View& view, const Sink& sink) {
  constexpr std::size_t pids_on_a_terminal = 3;
  const Brevity brevity{view.look.width ? pids_on_a_terminal : SIZE_MAX};
  const bool lines_beneath = !view.columns_chosen && !view.look.one_line;
  Columns columns;
  std::vector<const Column*> beneath;
  for (const Column* column : view.columns) {
    if (lines_beneath && column->traits.contains(Trait::beneath)) {
      beneath.push_back(column);
    } else {
      columns.push_back({column});
    }
  }
  look_at_all_rows(view, brevity, columns);
  std::erase_if(columns, [&](const Seen& seen) {
    return !view.columns_chosen && !seen.filled && seen.column->traits.contains(Trait::if_filled);
  });
  if (!columns.empty()) write_rows(view, columns, beneath, brevity, sink);
  if (const auto left_out = view.snapshot->time_wait_left_out; view.look.footer && left_out > 0) {
    sink(fmt::format("{} in time_wait not shown; -a shows them\n", left_out));
  }
}

}  // namespace render
