// SPDX-License-Identifier: MIT
#include "watch/press.hpp"

#include <algorithm>

#include "watch/choices.hpp"
#include "watch/filter_line.hpp"

namespace watch {

using portscope::EnumSet;
using portscope::Transport;

namespace {

/// One key at work: each action is a function.
class Press {
 public:
  Press(State state, const Scene& scene) : state_(std::move(state)), scene_(scene) {}

  void act(Action action);
  void click(const Input& input);
  void wheel(std::ptrdiff_t lines);
  Pressed take() { return {std::move(state_), effects_}; }

 private:
  [[nodiscard]] bool reads_pane() const { return state_.mode == Mode::help; }
  [[nodiscard]] const Row* selected() const;
  [[nodiscard]] std::ptrdiff_t page() const;
  void move(std::ptrdiff_t by);
  void scroll(std::ptrdiff_t by);
  void page_move(std::ptrdiff_t direction);
  void select(std::size_t row);
  void go_to_change(std::ptrdiff_t direction);
  void open();
  void set_details(bool open);
  void wish(Wishes wishes);
  void wish(bool Wishes::*wanted, bool Wishes::*instead = nullptr);
  [[nodiscard]] std::vector<Field> shown_fields() const;
  void group_by_next();
  void fold();
  void begin_filter();
  void go_back();

  State state_;
  const Scene& scene_;
  EnumSet<Effect> effects_;
};

const Row* Press::selected() const {
  const auto& rows = scene_.arrangement.rows;
  return state_.selected < rows.size() ? &rows[state_.selected] : nullptr;
}

std::ptrdiff_t Press::page() const {
  const Areas areas = areas_of(state_, scene_.size);
  const std::size_t lines = reads_pane() || (state_.mode == Mode::details && areas.rows == 0) ? areas.pane : areas.rows;
  return std::max<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(lines), 1);
}

void Press::select(std::size_t row) {
  state_.selected = row;
  if (const Row* now = selected()) state_.identity = now->identity;
  if (state_.mode == Mode::details) state_.pane_top = 0;
}

void Press::move(std::ptrdiff_t by) {
  if (reads_pane()) return scroll(by);
  const auto last = static_cast<std::ptrdiff_t>(scene_.arrangement.rows.size()) - 1;
  if (last < 0) return;
  select(
      static_cast<std::size_t>(std::clamp(static_cast<std::ptrdiff_t>(state_.selected) + by, std::ptrdiff_t{0}, last)));
}

void Press::scroll(std::ptrdiff_t by) {
  const std::size_t shown = areas_of(state_, scene_.size).pane;
  const std::size_t last = scene_.pane_lines > shown ? scene_.pane_lines - shown : 0;
  const auto top = std::clamp(static_cast<std::ptrdiff_t>(state_.pane_top) + by, std::ptrdiff_t{0},
                              static_cast<std::ptrdiff_t>(last));
  state_.pane_top = static_cast<std::size_t>(top);
}

/// In the details it is those that are read page by page.
void Press::page_move(std::ptrdiff_t direction) {
  if (state_.mode == Mode::list) return move(direction * page());
  scroll(direction * static_cast<std::ptrdiff_t>(areas_of(state_, scene_.size).pane));
}

void Press::go_to_change(std::ptrdiff_t direction) {
  const auto& rows = scene_.arrangement.rows;
  const auto count = static_cast<std::ptrdiff_t>(rows.size());
  for (std::ptrdiff_t step = 1; step <= count; ++step) {
    const auto place =
        static_cast<std::size_t>((static_cast<std::ptrdiff_t>(state_.selected) + direction * step + count * 2) % count);
    const Row& row = rows[place];
    if (row.kind == Row::Kind::socket && scene_.content.mark_of(row.index) != Mark::none) return select(place);
  }
  state_.notice = "nothing changed of late";
}

void Press::set_details(bool open) {
  state_.mode = open ? Mode::details : Mode::list;
  state_.pane_top = 0;
  state_.wishes.details = open;
  effects_.insert(Effect::ask);
}

void Press::open() {
  if (state_.mode == Mode::help) return go_back();
  if (state_.mode == Mode::details) return set_details(false);
  const Row* row = selected();
  if (row == nullptr) return;
  row->kind == Row::Kind::group ? fold() : set_details(true);
}

void Press::wish(Wishes wishes) {
  const auto asked = scene_.ask(wishes);
  if (const auto* fault = std::get_if<Fault>(&asked)) {
    state_.notice = fault->message;
    return;
  }
  state_.wishes = std::move(wishes);
  effects_.insert(Effect::ask);
}

void Press::wish(bool Wishes::*wanted, bool Wishes::*instead) {
  Wishes wishes = state_.wishes;
  wishes.*wanted = !(wishes.*wanted);
  if (instead != nullptr) wishes.*instead = false;
  wish(std::move(wishes));
}

/// Those for which there is room; what cannot be seen is no order that anybody understands.
std::vector<Field> Press::shown_fields() const {
  std::vector<Field> fields;
  fields.reserve(scene_.headings.size());
  for (const HeadingPlace& place : scene_.headings) fields.push_back(place.field);
  return fields;
}

void Press::group_by_next() {
  state_.grouping = next_grouping(state_.grouping);
  state_.unfolded.clear();
}

void Press::fold() {
  if (state_.grouping == Grouping::none) return group_by_next();
  const auto& rows = scene_.arrangement.rows;
  for (std::size_t place = std::min(state_.selected + 1, rows.size()); place-- > 0;) {
    if (rows[place].kind != Row::Kind::group) continue;
    const std::string& name = scene_.arrangement.groups[rows[place].index].name;
    if (state_.unfolded.erase(name) == 0) state_.unfolded.insert(name);
    return select(place);
  }
}

void Press::begin_filter() {
  state_.mode = Mode::filter;
  state_.filter_before = state_.wishes.filter;
  state_.edited = state_.wishes.filter;
  state_.fault = std::nullopt;
}

void Press::go_back() {
  if (state_.mode == Mode::details) return set_details(false);
  if (state_.mode == Mode::help) {
    state_.mode = Mode::list;
    state_.pane_top = 0;
  }
}

void Press::act(Action action) {
  state_.notice.clear();
  switch (action) {
    case Action::up:
      return move(-1);
    case Action::down:
      return move(1);
    case Action::page_up:
      return page_move(-1);
    case Action::page_down:
      return page_move(1);
    case Action::first:
      return move(PTRDIFF_MIN / 2);
    case Action::last:
      return move(PTRDIFF_MAX / 2);
    case Action::next_change:
      return go_to_change(1);
    case Action::previous_change:
      return go_to_change(-1);
    case Action::details:
      return open();
    case Action::filter:
      return begin_filter();
    case Action::sort:
      state_.sorting = next_sorting(state_.sorting, shown_fields());
      return;
    case Action::reverse:
      state_.sorting.descending = !state_.sorting.descending;
      return;
    case Action::group:
      return group_by_next();
    case Action::fold:
      return fold();
    case Action::tcp:
      return wish(toggled(state_.wishes, Transport::tcp));
    case Action::udp:
      return wish(toggled(state_.wishes, Transport::udp));
    case Action::unix_sockets:
      return wish(toggled(state_.wishes, Transport::unix_socket));
    case Action::listening:
      return wish(&Wishes::listening, &Wishes::established);
    case Action::established:
      return wish(&Wishes::established, &Wishes::listening);
    case Action::all:
      return wish(&Wishes::all);
    case Action::rates:
      return wish(&Wishes::rates);
    case Action::pause:
      state_.paused = !state_.paused;
      return;
    case Action::look_now:
      effects_ |= EnumSet<Effect>{Effect::look, Effect::redraw};
      return;
    case Action::faster:
      state_.interval = faster(state_.interval);
      return;
    case Action::slower:
      state_.interval = slower(state_.interval);
      return;
    case Action::copy:
      effects_.insert(Effect::copy);
      return;
    case Action::help:
      if (state_.mode == Mode::details) set_details(false);
      state_.mode = state_.mode == Mode::help ? Mode::list : Mode::help;
      state_.pane_top = 0;
      return;
    case Action::back:
      return go_back();
    case Action::quit:
      effects_.insert(Effect::quit);
      return;
  }
}

/// On a heading it sorts; on a row it selects, and opens the one that is selected.
void Press::click(const Input& input) {
  if (input.line == 1) {
    for (const HeadingPlace& place : scene_.headings) {
      if (input.column >= place.begin && input.column < place.end) {
        state_.sorting = sorted_by(state_.sorting, place.field);
        return;
      }
    }
    return;
  }
  const Areas areas = areas_of(state_, scene_.size);
  if (input.line < areas.first_row || input.line >= areas.first_row + areas.rows) return;
  const std::size_t row = state_.top + input.line - areas.first_row;
  if (row >= scene_.arrangement.rows.size()) return;
  row == state_.selected ? open() : select(row);
}

void Press::wheel(std::ptrdiff_t lines) { state_.mode == Mode::list ? move(lines) : scroll(lines); }

}  // namespace

Pressed press(State state, const Input& input, const Scene& scene) {
  constexpr std::ptrdiff_t wheel_step = 3;
  if (state.mode == Mode::filter) return edit_filter(std::move(state), input, scene.ask);
  Press pressed(std::move(state), scene);
  if (input.key == Key::click) {
    pressed.click(input);
  } else if (input.key == Key::wheel_up || input.key == Key::wheel_down) {
    pressed.wheel(input.key == Key::wheel_up ? -wheel_step : wheel_step);
  } else if (const auto action = action_of(input.key)) {
    pressed.act(*action);
  }
  return pressed.take();
}

}  // namespace watch
