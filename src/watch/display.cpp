// SPDX-License-Identifier: MIT
#include "watch/display.hpp"

#include "watch/row_lines.hpp"

namespace watch {

using portscope::ServiceByPort;

namespace {

State first_state(const Beginning& beginning) {
  State state;
  state.wishes = beginning.wishes;
  state.interval = beginning.interval;
  if (!beginning.sort.empty()) {
    const render::SortKey& key = beginning.sort.front();
    Field field;
    field.column = key.column;
    state.sorting = {field, key.descending};
  }
  return state;
}

bool is_other_order(const State& a, const State& b) {
  return a.sorting != b.sorting || a.grouping != b.grouping || a.unfolded != b.unfolded || a.pinned != b.pinned;
}

}  // namespace

Display::Display(const Beginning& beginning) : state(first_state(beginning)), screen_(beginning.colors) {}

void Display::take(Looks::Taken taken) {
  if (taken.continuity == Continuity::new_question) widths_ = {};
  content_.take(std::move(taken.snapshot), taken.continuity);
  arrange_anew();
}

void Display::take_closer(portscope::Snapshot snapshot) {
  content_.take_closer(std::move(snapshot));
  changed_ = true;
}

portscope::EnumSet<Effect> Display::press(const Input& input, const Ask& ask) {
  const Size size = Screen::size();
  const auto pane = pane_lines(content_, arrangement_, state, size);
  const State before = state;
  auto pressed =
      watch::press(std::move(state), input, {content_, arrangement_, page_.headings, ask, size, pane.size()});
  state = std::move(pressed.state);
  if (state.names && !before.names && ServiceByPort::here().is_empty())
    state.notice = "this machine has no names of services, see services(5)";
  if (is_other_order(before, state)) arrange_anew();
  changed_ = true;
  return pressed.effects;
}

const portscope::Socket* Display::selected_socket() const {
  if (state.selected >= arrangement_.rows.size()) return nullptr;
  const Row& row = arrangement_.rows[state.selected];
  return row.kind == Row::Kind::socket ? &content_.snapshot().sockets[row.index] : nullptr;
}

std::string Display::selected_text() const { return row_text(content_, arrangement_, fields(), state.selected); }

std::vector<Field> Display::fields() const {
  return fields_for(question_, state.wishes, state.names ? &ServiceByPort::here() : nullptr);
}

void Display::arrange_anew() {
  arrangement_ = arrange(content_, state);
  state = settle(std::move(state), arrangement_, Screen::size());
  changed_ = true;
}

void Display::draw(const Status& status) {
  if (!changed_) return;
  const Size size = Screen::size();
  state = settle(std::move(state), arrangement_, size);
  const Shown shown{content_, arrangement_, state, size, screen_.charset()};
  widths_ = widened(std::move(widths_), fields(), shown);
  page_ = compose(shown, widths_, status);
  screen_.draw(page_);
  changed_ = false;
}

void Display::expire(portscope::Time now) {
  if (content_.expire(now)) arrange_anew();
}

void Display::resize() {
  Screen::resize();
  widths_ = {};  // what had no room then need not have it now
  changed_ = true;
}

}  // namespace watch
