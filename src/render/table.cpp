// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "render/formats.hpp"
#include "render/grid.hpp"

namespace render {

namespace {

using portscope::Snapshot;

/// A column holds one kind of cell, but for rows without any.
Cell first_filled(const Column& column, const View& view) {
  for (const std::uint32_t row : view.order) {
    Cell cell = column.cell(*view.snapshot, view.snapshot->sockets[row]);
    if (!is_blank(cell)) return cell;
  }
  return {};
}

std::vector<const Column*> shown_columns(const View& view) {
  std::vector<const Column*> shown = view.columns;
  if (view.columns_chosen) return shown;
  std::erase_if(shown, [&](const Column* column) {
    return column->traits.contains(Trait::if_filled) && is_blank(first_filled(*column, view));
  });
  return shown;
}

/// What stands in a line of its own below each row, unless everything must be in one line.
std::vector<const Column*> take_beneath(const View& view, std::vector<const Column*>& shown) {
  std::vector<const Column*> beneath;
  if (view.columns_chosen || view.look.one_line) return beneath;
  const auto is_beneath = [](const Column* column) { return column->traits.contains(Trait::beneath); };
  std::copy_if(shown.begin(), shown.end(), std::back_inserter(beneath), is_beneath);
  std::erase_if(shown, is_beneath);
  return beneath;
}

std::string text_beneath(const View& view, const std::vector<const Column*>& beneath, const portscope::Socket& socket) {
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

std::vector<Grid::Heading> headings(const View& view, const std::vector<const Column*>& shown) {
  std::vector<Grid::Heading> result;
  for (const Column* column : shown) {
    const Cell cell = first_filled(*column, view);
    const bool is_end = std::holds_alternative<End>(cell);
    result.push_back({column->heading, std::holds_alternative<std::uint64_t>(cell),
                      is_end ? Grid::Cut::middle : Grid::Cut::end, column->traits.contains(Trait::expendable)});
  }
  return result;
}

}  // namespace

void write_table(const View& view, const Sink& sink) {
  constexpr std::size_t pids_on_a_terminal = 3;
  const Brevity brevity{view.look.width ? pids_on_a_terminal : SIZE_MAX};
  const Snapshot& snapshot = *view.snapshot;
  auto shown = shown_columns(view);
  const auto beneath = take_beneath(view, shown);
  Grid grid(headings(view, shown));
  std::string text;
  for (const std::uint32_t row : view.order) {
    for (const Column* column : shown) {
      const Cell cell = column->cell(snapshot, snapshot.sockets[row]);
      text.clear();
      append_text(text, cell, brevity);
      grid.add(text, emphasis(cell));
    }
    if (!beneath.empty()) grid.add_note(text_beneath(view, beneath, snapshot.sockets[row]));
  }
  grid.write(view.look, sink);
  if (view.look.footer && snapshot.time_wait_left_out > 0) {
    sink(fmt::format("{} in time_wait not shown; -a shows them\n", snapshot.time_wait_left_out));
  }
}

}  // namespace render
