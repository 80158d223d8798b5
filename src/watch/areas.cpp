// SPDX-License-Identifier: MIT
#include <algorithm>

#include "watch/arrange.hpp"

namespace watch {

namespace {

constexpr std::size_t lines_around = 3;  // status, headings, last line

}  // namespace

/// A pane leaves room for some rows where the terminal is high enough; the help has all of it.
Areas areas_of(const State& state, const Size& size) {
  constexpr std::size_t enough_for_both = 16;
  Areas areas;
  const std::size_t room = size.lines > lines_around ? size.lines - lines_around : 0;
  const bool has_pane = state.mode == Mode::details || state.mode == Mode::help || state.mode == Mode::dialogue;
  if (state.mode == Mode::help || (has_pane && size.lines < enough_for_both)) {
    areas.pane = room;
  } else if (has_pane) {
    areas.pane = room - room / 3;
  }
  areas.rows = room - areas.pane;
  return areas;
}

std::size_t pinned_on_screen(const Arrangement& arrangement, const Areas& areas) {
  return std::min(arrangement.pinned, areas.rows / 2);
}

std::size_t row_on_screen(const Arrangement& arrangement, const State& state, const Areas& areas, std::size_t at) {
  return at < pinned_on_screen(arrangement, areas) ? at : state.top + at;
}

State settle(State state, const Arrangement& arrangement, const Size& size) {
  const auto& rows = arrangement.rows;
  if (rows.empty()) {
    state.selected = 0;
    state.top = 0;
    return state;
  }
  const bool is_there = state.selected < rows.size() && rows[state.selected].identity == state.identity;
  if (!is_there && state.identity != 0) {
    const auto found =
        std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return row.identity == state.identity; });
    if (found != rows.end()) state.selected = static_cast<std::size_t>(found - rows.begin());
  }
  state.selected = std::min(state.selected, rows.size() - 1);
  state.identity = rows[state.selected].identity;
  const Areas areas = areas_of(state, size);
  const std::size_t shown = std::max<std::size_t>(areas.rows, 1);
  const std::size_t pinned = pinned_on_screen(arrangement, areas);
  if (state.selected >= pinned && state.selected < state.top + pinned) state.top = state.selected - pinned;
  if (state.selected >= state.top + shown) state.top = state.selected - shown + 1;
  const std::size_t last_top = rows.size() > shown ? rows.size() - shown : 0;
  state.top = std::min(state.top, last_top);
  return state;
}

}  // namespace watch
