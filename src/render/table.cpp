// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>

#include "render/formats.hpp"
#include "render/grid.hpp"

namespace render {

namespace {

using portscope::Snapshot;

bool is_filled(const Column& column, const View& view) {
  const Snapshot& snapshot = *view.snapshot;
  return std::any_of(view.order.begin(), view.order.end(),
                     [&](std::uint32_t row) { return !is_blank(column.cell(snapshot, snapshot.sockets[row])); });
}

std::vector<const Column*> shown_columns(const View& view) {
  std::vector<const Column*> shown = view.columns;
  if (view.columns_chosen) return shown;
  std::erase_if(shown, [&](const Column* column) { return column->only_when_filled && !is_filled(*column, view); });
  return shown;
}

bool is_number(const Cell& cell) { return std::holds_alternative<std::uint64_t>(cell); }

std::vector<Grid::Heading> headings(const View& view, const std::vector<const Column*>& shown) {
  std::vector<Grid::Heading> result;
  for (const Column* column : shown) {
    const bool numeric =
        !view.order.empty() && is_number(column->cell(*view.snapshot, view.snapshot->sockets[view.order.front()]));
    result.push_back({column->heading, numeric});
  }
  return result;
}

}  // namespace

void write_table(const View& view, const Sink& sink) {
  constexpr std::size_t pids_on_a_terminal = 3;
  const Brevity brevity{view.look.width ? pids_on_a_terminal : SIZE_MAX};
  const Snapshot& snapshot = *view.snapshot;
  const auto shown = shown_columns(view);
  Grid grid(headings(view, shown));
  std::string text;
  for (const std::uint32_t row : view.order) {
    for (const Column* column : shown) {
      const Cell cell = column->cell(snapshot, snapshot.sockets[row]);
      text.clear();
      append_text(text, cell, brevity);
      grid.add(text, emphasis(cell));
    }
  }
  grid.write(view.look, sink);
  if (view.look.footer && snapshot.time_wait_left_out > 0) {
    sink(fmt::format("{} in time_wait not shown; -a shows them\n", snapshot.time_wait_left_out));
  }
}

}  // namespace render
