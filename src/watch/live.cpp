// SPDX-License-Identifier: MIT
#include "watch/live.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "watch/arrange.hpp"
#include "watch/looker.hpp"
#include "watch/signals.hpp"

namespace watch {

namespace {

using portscope::EnumSet;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

portscope::Time wall_clock() {
  return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

/// Above this many sockets, the counters of all of them would cost more than the rest of a look.
constexpr std::size_t most_with_rates = 20000;

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

class Live {
 public:
  explicit Live(const Beginning& beginning)
      : ask_(beginning.ask), state_(first_state(beginning)), screen_(beginning.colors) {
    ask_anew();
  }

  void run();

 private:
  void ask_anew();
  void begin_look();
  void take_look();
  void wait();
  void read_keys();
  void handle(const Input& input);
  void handle_signals();
  void arrange_anew();
  void draw();
  void limit_rates();
  [[nodiscard]] int patience();

  const Ask& ask_;
  Signals signals_;  // held back before the thread begins
  Looker looker_;
  State state_;
  Screen screen_;
  Question question_;
  std::vector<Field> fields_;
  std::uint64_t number_ = 0;    // of the question
  std::uint64_t answered_ = 0;  // of the one that the content answers
  Content content_;
  Arrangement arrangement_;
  Widths widths_;
  Page page_;
  Status status_;
  steady_clock::time_point next_look_ = steady_clock::now();
  bool changed_ = true;  // something must be drawn
  bool over_ = false;
};

void Live::ask_anew() {
  auto asked = ask_(state_.wishes);
  if (auto* question = std::get_if<Question>(&asked)) {
    // Who only wants to know more of the same sockets, asks no other question.
    if (number_ == 0 || question->request.selection != question_.request.selection) ++number_;
    question_ = std::move(*question);
    fields_ = fields_for(question_, state_.wishes);
    begin_look();
  } else {
    state_.notice = std::get<Fault>(asked).message;
  }
}

void Live::begin_look() {
  looker_.ask(question_.request, number_);
  next_look_ = steady_clock::now() + state_.interval;
}

/// A look that takes longer than the interval is followed by a rest of the same length.
void Live::take_look() {
  auto look = looker_.take();
  const bool is_wanted = look && (!state_.paused || look->question != answered_);
  if (!is_wanted) return;
  status_.took = look->took;
  status_.slow = look->took > state_.interval;
  if (status_.slow) next_look_ = std::max(next_look_, steady_clock::now() + look->took);
  status_.trouble = look->trouble;
  status_.road = look->road;
  changed_ = true;
  if (!look->trouble.empty()) return;
  status_.time = look->snapshot.time;
  content_.take(std::move(look->snapshot),
                look->question == answered_ ? Continuity::same_question : Continuity::new_question);
  answered_ = look->question;
  limit_rates();
  arrange_anew();
}

void Live::limit_rates() {
  if (!state_.wishes.rates || content_.open_rows() <= most_with_rates || answered_ > 1) return;
  state_.wishes.rates = false;
  state_.notice = "so many sockets are shown without their rates; r shows them";
  ask_anew();
}

void Live::arrange_anew() {
  arrangement_ = arrange(content_, state_);
  state_ = settle(std::move(state_), arrangement_, Screen::size());
}

void Live::draw() {
  const Size size = Screen::size();
  state_ = settle(std::move(state_), arrangement_, size);
  widths_ = widened(std::move(widths_), fields_, content_, arrangement_, state_, size, screen_.charset());
  page_ = compose(content_, arrangement_, widths_, state_, status_, size, screen_.charset());
  screen_.draw(page_);
  changed_ = false;
}

void Live::handle(const Input& input) {
  const auto pane = pane_lines(content_, arrangement_, state_, Screen::size());
  const Sorting sorting = state_.sorting;
  const Grouping grouping = state_.grouping;
  const auto unfolded = state_.unfolded;
  auto pressed =
      press(std::move(state_), input, {content_, arrangement_, page_.headings, ask_, Screen::size(), pane.size()});
  state_ = std::move(pressed.state);
  changed_ = true;
  if (pressed.effects.contains(Effect::quit)) over_ = true;
  if (pressed.effects.contains(Effect::copy)) {
    Screen::copy(row_text(content_, arrangement_, fields_, state_.selected));
    state_.notice = "copied";
  }
  if (pressed.effects.contains(Effect::redraw)) Screen::resize();
  if (pressed.effects.contains(Effect::ask)) ask_anew();
  if (pressed.effects.contains(Effect::look)) begin_look();
  if (sorting != state_.sorting || grouping != state_.grouping || unfolded != state_.unfolded) arrange_anew();
}

void Live::read_keys() {
  while (const auto input = Screen::read()) {
    handle(*input);
    if (over_) return;
  }
}

void Live::handle_signals() {
  while (const auto signal = signals_.take()) {
    if (ends(*signal)) over_ = true;
    if (*signal == SIGWINCH) Screen::resize();
    if (*signal == SIGTSTP) {
      Screen::leave();
      Signals::stop();
    }
    // After a stop that could not be held back, too.
    if (*signal == SIGTSTP || *signal == SIGCONT) Screen::come_back();
    changed_ = true;
  }
}

/// Milliseconds until something is due by itself.
int Live::patience() {
  constexpr auto longest = milliseconds(60000);
  if (state_.paused) return static_cast<int>(longest.count());
  auto left = std::chrono::duration_cast<milliseconds>(next_look_ - steady_clock::now());
  if (looker_.is_busy()) left = longest;
  const auto expiry = content_.next_expiry();
  if (expiry != portscope::Time::max()) {
    left = std::min(left, std::chrono::duration_cast<milliseconds>(expiry - wall_clock()));
  }
  return static_cast<int>(std::clamp(left + milliseconds(1), milliseconds(0), longest).count());
}

void Live::wait() {
  std::array<pollfd, 3> files{
      {{STDIN_FILENO, POLLIN, 0}, {signals_.descriptor(), POLLIN, 0}, {looker_.descriptor(), POLLIN, 0}}};
  ::poll(files.data(), files.size(), patience());
  if ((files[0].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) over_ = true;
  if (files[1].revents != 0) handle_signals();
  if (files[0].revents != 0 && !over_) read_keys();
  if (files[2].revents != 0) take_look();
}

void Live::run() {
  while (!over_) {
    if (changed_) draw();
    wait();
    if (over_ || state_.paused) continue;
    if (!looker_.is_busy() && steady_clock::now() >= next_look_) begin_look();
    if (content_.expire(wall_clock())) {
      arrange_anew();
      changed_ = true;
    }
  }
}

}  // namespace

void run_live(const Beginning& beginning) { Live(beginning).run(); }

}  // namespace watch
