// SPDX-License-Identifier: MIT
#include "watch/moving.hpp"

#include <algorithm>

namespace watch {

namespace {

bool reads_pane(const State& state) { return state.mode == Mode::help || state.mode == Mode::dialogue; }

/// At least one, so that the key does something.
std::ptrdiff_t page_size(const State& state, const Scene& scene) {
  const Areas areas = areas_of(state, scene.size);
  const std::size_t lines = state.mode == Mode::list ? areas.rows : areas.pane;
  return std::max<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(lines), 1);
}

}  // namespace

const Row* selected_row(const State& state, const Scene& scene) {
  const auto& rows = scene.arrangement.rows;
  return state.selected < rows.size() ? &rows[state.selected] : nullptr;
}

State select(State state, std::size_t row, const Scene& scene) {
  state.selected = row;
  if (const Row* now = selected_row(state, scene)) state.identity = now->identity;
  if (state.mode == Mode::details) state.pane_top = 0;
  return state;
}

State move_by(State state, std::ptrdiff_t rows, const Scene& scene) {
  if (reads_pane(state)) return scroll_by(std::move(state), rows, scene);
  const auto last = static_cast<std::ptrdiff_t>(scene.arrangement.rows.size()) - 1;
  if (last < 0) return state;
  const auto wanted = std::clamp(static_cast<std::ptrdiff_t>(state.selected) + rows, std::ptrdiff_t{0}, last);
  state = select(std::move(state), static_cast<std::size_t>(wanted), scene);
  // What is pinned is seen from everywhere; who goes there has come to the top.
  if (state.selected < scene.arrangement.pinned) state.top = 0;
  return state;
}

State scroll_by(State state, std::ptrdiff_t lines, const Scene& scene) {
  const std::size_t shown = areas_of(state, scene.size).pane;
  const std::size_t last = scene.pane_lines > shown ? scene.pane_lines - shown : 0;
  const auto top = std::clamp(static_cast<std::ptrdiff_t>(state.pane_top) + lines, std::ptrdiff_t{0},
                              static_cast<std::ptrdiff_t>(last));
  state.pane_top = static_cast<std::size_t>(top);
  return state;
}

State page_by(State state, std::ptrdiff_t screens, const Scene& scene) {
  const std::ptrdiff_t lines = screens * page_size(state, scene);
  return state.mode == Mode::list ? move_by(std::move(state), lines, scene) : scroll_by(std::move(state), lines, scene);
}

State to_change(State state, std::ptrdiff_t direction, const Scene& scene) {
  const auto& rows = scene.arrangement.rows;
  const auto count = static_cast<std::ptrdiff_t>(rows.size());
  for (std::ptrdiff_t step = 1; step <= count; ++step) {
    const auto place =
        static_cast<std::size_t>((static_cast<std::ptrdiff_t>(state.selected) + direction * step + count * 2) % count);
    const Row& row = rows[place];
    if (row.kind == Row::Kind::socket && scene.content.mark_of(row.index) != Mark::none)
      return select(std::move(state), place, scene);
  }
  state.notice = "nothing changed of late";
  return state;
}

}  // namespace watch
