// SPDX-License-Identifier: MIT
// Read twice, so that a million rows need no memory of their own: first for the widths, then for the texts.
#include <fmt/format.h>

#include <algorithm>

#include "render/formats.hpp"
#include "render/grid_writer.hpp"

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
};

void look_at_rows(const View& view, std::vector<Seen>& columns, const Brevity& brevity) {
  TextMeter meter(brevity);
  const auto look_at = [&](const Socket& socket) {
    for (Seen& seen : columns) {
      const Cell cell = seen.column->cell(*view.snapshot, socket);
      if (!seen.filled && !is_blank(cell)) seen.note_kind(cell);
      seen.width = std::max(seen.width, meter.width(cell));
    }
  };
  const auto& sockets = view.snapshot->sockets;
  if (view.order.size() < sockets.size()) return for_each_socket(view, look_at);
  // For a width the order does not matter, and memory is read fastest as it lies.
  constexpr std::size_t ahead = 8;
  for (std::size_t i = 0; i < sockets.size(); ++i) {
    if (i + ahead < sockets.size()) fetch_holder(*view.snapshot, sockets[i + ahead]);
    look_at(sockets[i]);
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

GridWriter begin_grid(const View& view, const std::vector<Seen>& columns, const Sink& sink) {
  std::vector<Heading> headings;
  std::vector<std::size_t> widths;
  for (const Seen& seen : columns) {
    headings.push_back(
        {seen.column->heading, seen.right_aligned, seen.cut, seen.column->traits.contains(Trait::expendable)});
    widths.push_back(seen.width);
  }
  return {std::move(headings), widths, view.look, sink};
}

void write_rows(const View& view, const std::vector<Seen>& columns, const std::vector<const Column*>& beneath,
                const Brevity& brevity, const Sink& sink) {
  GridWriter grid = begin_grid(view, columns, sink);
  for_each_socket(view, [&](const Socket& socket) {
    for (const Share& share : grid.shares()) {
      const Cell cell = columns[share.column].column->cell(*view.snapshot, socket);
      grid.add(emphasis(cell), [&](std::string& out) { append_text(out, cell, brevity); });
    }
    grid.end_row(beneath.empty() ? std::string() : text_beneath(view, beneath, socket));
  });
  grid.finish();
}

}  // namespace

void write_table(const View& view, const Sink& sink) {
  constexpr std::size_t pids_on_a_terminal = 3;
  const Brevity brevity{view.look.width ? pids_on_a_terminal : SIZE_MAX};
  const bool lines_beneath = !view.columns_chosen && !view.look.one_line;
  std::vector<Seen> columns;
  std::vector<const Column*> beneath;
  for (const Column* column : view.columns) {
    if (lines_beneath && column->traits.contains(Trait::beneath)) {
      beneath.push_back(column);
    } else {
      columns.push_back({column});
    }
  }
  look_at_rows(view, columns, brevity);
  std::erase_if(columns, [&](const Seen& seen) {
    return !view.columns_chosen && !seen.filled && seen.column->traits.contains(Trait::if_filled);
  });
  if (!columns.empty()) write_rows(view, columns, beneath, brevity, sink);
  if (const auto left_out = view.snapshot->time_wait_left_out; view.look.footer && left_out > 0) {
    sink(fmt::format("{} in time_wait not shown; -a shows them\n", left_out));
  }
}

}  // namespace render
