// SPDX-License-Identifier: MIT
#include "watch/press.hpp"

#include <algorithm>
#include <array>

#include "watch/choices.hpp"
#include "watch/dialogue.hpp"
#include "watch/filter_line.hpp"
#include "watch/moving.hpp"

namespace watch {

using portscope::EnumSet;
using portscope::Transport;

namespace {

/// One key at work.
class Press {
 public:
  Press(State state, const Scene& scene) : state_(std::move(state)), scene_(scene) {}

  void act(Action action);
  void click(const Input& input);
  void wheel(std::ptrdiff_t lines);
  Pressed take() { return {std::move(state_), effects_}; }

 private:
  friend struct Works;
  void move(std::ptrdiff_t rows) { state_ = move_by(std::move(state_), rows, scene_); }
  void page(std::ptrdiff_t screens) { state_ = page_by(std::move(state_), screens, scene_); }
  void go_to_change(std::ptrdiff_t direction) { state_ = to_change(std::move(state_), direction, scene_); }
  void open();
  void set_details(bool open);
  void wish(Wishes wishes);
  void wish(bool Wishes::*wanted, bool Wishes::*instead = nullptr);
  void toggle(Transport transport) { wish(toggled(state_.wishes, transport)); }
  void flip(bool State::*setting) { state_.*setting = !(state_.*setting); }
  void sort() { state_.sorting = next_sorting(state_.sorting, shown_fields()); }
  void reverse() { state_.sorting.descending = !state_.sorting.descending; }
  [[nodiscard]] std::vector<Field> shown_fields() const;
  void group_by_next();
  void fold();
  void pin();
  void begin_filter();
  void begin_dialogue(Deed deed);
  void toggle_help();
  void go_back();

  State state_;
  const Scene& scene_;
  EnumSet<Effect> effects_;
};

/// What each action does.
struct Works {
  Action action;
  void (*work)(Press&);

  static const std::array<Works, static_cast<std::size_t>(Action::quit) + 1> table;
};

constexpr std::array<Works, static_cast<std::size_t>(Action::quit) + 1> Works::table{{
    {Action::up, [](Press& press) { press.move(-1); }},
    {Action::down, [](Press& press) { press.move(1); }},
    {Action::page_up, [](Press& press) { press.page(-1); }},
    {Action::page_down, [](Press& press) { press.page(1); }},
    {Action::first, [](Press& press) { press.move(PTRDIFF_MIN / 2); }},
    {Action::last, [](Press& press) { press.move(PTRDIFF_MAX / 2); }},
    {Action::next_change, [](Press& press) { press.go_to_change(1); }},
    {Action::previous_change, [](Press& press) { press.go_to_change(-1); }},
    {Action::details, [](Press& press) { press.open(); }},
    {Action::filter, [](Press& press) { press.begin_filter(); }},
    {Action::sort, [](Press& press) { press.sort(); }},
    {Action::reverse, [](Press& press) { press.reverse(); }},
    {Action::group, [](Press& press) { press.group_by_next(); }},
    {Action::fold, [](Press& press) { press.fold(); }},
    {Action::tcp, [](Press& press) { press.toggle(Transport::tcp); }},
    {Action::udp, [](Press& press) { press.toggle(Transport::udp); }},
    {Action::unix_sockets, [](Press& press) { press.toggle(Transport::unix_socket); }},
    {Action::listening, [](Press& press) { press.wish(&Wishes::listening, &Wishes::established); }},
    {Action::established, [](Press& press) { press.wish(&Wishes::established, &Wishes::listening); }},
    {Action::all, [](Press& press) { press.wish(&Wishes::all); }},
    {Action::rates, [](Press& press) { press.wish(&Wishes::rates); }},
    {Action::names, [](Press& press) { press.flip(&State::names); }},
    {Action::pin, [](Press& press) { press.pin(); }},
    {Action::pause, [](Press& press) { press.flip(&State::paused); }},
    {Action::look_now,
     [](Press& press) {
       press.effects_ |= EnumSet<Effect>{Effect::look, Effect::redraw};
     }},
    {Action::faster, [](Press& press) { press.state_.interval = faster(press.state_.interval); }},
    {Action::slower, [](Press& press) { press.state_.interval = slower(press.state_.interval); }},
    {Action::copy, [](Press& press) { press.effects_.insert(Effect::copy); }},
    {Action::kill, [](Press& press) { press.begin_dialogue(Deed::kill); }},
    {Action::close, [](Press& press) { press.begin_dialogue(Deed::close); }},
    {Action::help, [](Press& press) { press.toggle_help(); }},
    {Action::back, [](Press& press) { press.go_back(); }},
    {Action::quit, [](Press& press) { press.effects_.insert(Effect::quit); }},
}};

static_assert(
    [] {
      for (std::size_t i = 0; i < Works::table.size(); ++i) {
        if (static_cast<std::size_t>(Works::table.at(i).action) != i || Works::table.at(i).work == nullptr)
          return false;
      }
      return true;
    }(),
    "every action has its row, in the order of the enumerators");

void Press::set_details(bool open) {
  state_.mode = open ? Mode::details : Mode::list;
  state_.pane_top = 0;
  state_.details = open;
}

void Press::open() {
  if (state_.mode == Mode::help) return go_back();
  if (state_.mode == Mode::details) return set_details(false);
  const Row* row = selected_row(state_, scene_);
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
    state_ = select(std::move(state_), place, scene_);
    return;
  }
}

void Press::pin() {
  const Row* row = selected_row(state_, scene_);
  if (row == nullptr) return;
  if (row->kind == Row::Kind::group) {
    state_.notice = "only a socket can be pinned";
  } else if (state_.pinned.erase(row->identity) == 0) {
    state_.pinned.insert(row->identity);
  }
}

void Press::begin_filter() {
  state_.mode = Mode::filter;
  state_.filter_before = state_.wishes.filter;
  state_.edited = state_.wishes.filter;
  state_.fault = std::nullopt;
}

/// First it is told what would be done.
void Press::begin_dialogue(Deed deed) {
  const Row* row = selected_row(state_, scene_);
  if (row == nullptr || row->kind == Row::Kind::group) {
    state_.notice = "select a socket first";
    return;
  }
  state_.mode = Mode::dialogue;
  state_.pane_top = 0;
  state_.dialogue = {deed, state_.dialogue.number + 1, Dialogue::Step::planning, {}, {}};
  effects_.insert(Effect::plan);
}

void Press::toggle_help() {
  if (state_.mode == Mode::details) set_details(false);
  state_.mode = state_.mode == Mode::help ? Mode::list : Mode::help;
  state_.pane_top = 0;
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
  Works::table.at(static_cast<std::size_t>(action)).work(*this);
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
  const std::size_t row = row_on_screen(scene_.arrangement, state_, areas, input.line - areas.first_row);
  if (row >= scene_.arrangement.rows.size()) return;
  if (row == state_.selected) return open();
  state_ = select(std::move(state_), row, scene_);
}

void Press::wheel(std::ptrdiff_t lines) {
  state_ = state_.mode == Mode::list ? move_by(std::move(state_), lines, scene_)
                                     : scroll_by(std::move(state_), lines, scene_);
}

}  // namespace

Pressed press(State state, const Input& input, const Scene& scene) {
  if (state.mode == Mode::filter) return edit_filter(std::move(state), input, scene.ask);
  if (state.mode == Mode::dialogue) return answer(std::move(state), input, scene);
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
