// SPDX-License-Identifier: MIT
#include "watch/live.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "watch/display.hpp"
#include "watch/errands.hpp"
#include "watch/signals.hpp"
#include "watch/terminal.hpp"

namespace watch {

namespace {

using portscope::EnumSet;
using std::chrono::milliseconds;

portscope::Time wall_clock() {
  return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

/// Above this many sockets, the counters of all of them would cost more than the rest of a look.
constexpr std::size_t most_with_rates = 20000;

class Live {
 public:
  explicit Live(const Beginning& beginning) : ask_(beginning.ask), doors_(beginning.doors), display_(beginning) {
    ask_anew();
  }

  void run();
  /// Whether something is being done in another thread.
  [[nodiscard]] bool is_busy() { return looks_.is_busy() || errands_.is_busy(); }

 private:
  void ask_anew();
  void begin_look();
  void look_closer();
  void take_look();
  void take_closer();
  void limit_rates();
  void plan();
  void take_errand();
  void wait();
  void read_keys();
  void handle(const Input& input);
  void obey(EnumSet<Effect> effects);
  void handle_signals();
  [[nodiscard]] int patience();

  const Ask& ask_;
  const Doors& doors_;
  Signals signals_;  // held back before a thread begins
  Looks looks_;
  Errands errands_;
  Display display_;
  State& state_ = display_.state;
  bool over_ = false;
};

void Live::ask_anew() {
  auto asked = ask_(state_.wishes);
  if (auto* question = std::get_if<Question>(&asked)) {
    display_.take(std::move(*question));
    looks_.ask(display_.request(), state_.interval);
  } else {
    state_.notice = std::get<Fault>(asked).message;
  }
}

void Live::begin_look() {
  looks_.begin(state_.interval);
  look_closer();
}

/// Everything about the socket whose details are open.
void Live::look_closer() {
  const auto* socket = display_.selected_socket();
  if (!state_.details || socket == nullptr) return;
  if (const auto request = doors_.closer(*socket)) looks_.ask_closer(*request);
}

void Live::take_look() {
  auto taken = looks_.take(state_.interval, state_.paused);
  display_.change();
  if (!taken) return;
  display_.take(std::move(*taken));
  limit_rates();
  look_closer();
}

void Live::take_closer() {
  if (auto snapshot = looks_.take_closer()) display_.take_closer(std::move(*snapshot));
}

void Live::limit_rates() {
  if (!state_.wishes.rates || display_.content().open_rows() <= most_with_rates || !looks_.is_first_answer()) return;
  state_.wishes.rates = false;
  state_.notice = "so many sockets are shown without their rates; r shows them";
  ask_anew();
}

void Live::plan() {
  const auto* socket = display_.selected_socket();
  if (socket == nullptr) return;
  errands_.plan(state_.dialogue,
                doors_.plan(state_.dialogue.deed, {display_.content().snapshot(), *socket, Screen::size().columns}));
}

void Live::take_errand() {
  auto dialogue = errands_.take(state_.dialogue);
  if (!dialogue || state_.mode != Mode::dialogue) return;
  const bool is_done = state_.dialogue.step == Dialogue::Step::acting;
  state_.dialogue = std::move(*dialogue);
  state_.pane_top = 0;
  display_.change();
  if (is_done) begin_look();
}

void Live::handle(const Input& input) {
  const bool had_details = state_.details;
  const std::uint64_t selected = state_.identity;
  obey(display_.press(input, ask_));
  if (state_.details && (!had_details || selected != state_.identity)) look_closer();
}

void Live::obey(EnumSet<Effect> effects) {
  if (effects.contains(Effect::quit)) over_ = true;
  if (effects.contains(Effect::copy)) {
    copy_to_clipboard(display_.selected_text());
    state_.notice = "copied";
  }
  if (effects.contains(Effect::redraw)) display_.resize();
  if (effects.contains(Effect::ask)) ask_anew();
  if (effects.contains(Effect::look)) begin_look();
  if (effects.contains(Effect::plan)) plan();
  if (effects.contains(Effect::carry_out)) errands_.carry_out(state_.dialogue);
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
    if (*signal == SIGWINCH) display_.resize();
    if (*signal == SIGTSTP) {
      Screen::leave();
      Signals::stop();
    }
    // After a stop that could not be held back, too.
    if (*signal == SIGTSTP || *signal == SIGCONT) Screen::come_back();
    display_.change();
  }
}

/// Milliseconds until something is due by itself.
int Live::patience() {
  constexpr auto longest = milliseconds(60000);
  if (state_.paused) return static_cast<int>(longest.count());
  auto left = std::chrono::duration_cast<milliseconds>(looks_.next() - Pace::Clock::now());
  if (looks_.is_looking()) left = longest;
  const auto expiry = display_.content().next_expiry();
  if (expiry != portscope::Time::max()) {
    left = std::min(left, std::chrono::duration_cast<milliseconds>(expiry - wall_clock()));
  }
  return static_cast<int>(std::clamp(left + milliseconds(1), milliseconds(0), longest).count());
}

void Live::wait() {
  std::array<pollfd, 5> files{{{STDIN_FILENO, POLLIN, 0},
                               {signals_.descriptor(), POLLIN, 0},
                               {looks_.descriptor(), POLLIN, 0},
                               {looks_.closer_descriptor(), POLLIN, 0},
                               {errands_.descriptor(), POLLIN, 0}}};
  ::poll(files.data(), files.size(), patience());
  if ((files[0].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) over_ = true;
  if (files[1].revents != 0) handle_signals();
  if (files[0].revents != 0 && !over_) read_keys();
  if (files[2].revents != 0) take_look();
  if (files[3].revents != 0) take_closer();
  if (files[4].revents != 0) take_errand();
}

void Live::run() {
  while (!over_) {
    display_.draw(looks_.status());
    wait();
    if (over_ || state_.paused) continue;
    looks_.begin_if_due(state_.interval);
    display_.expire(wall_clock());
  }
}

}  // namespace

void run_live(const Beginning& beginning) {
  Live live(beginning);
  live.run();
  if (!live.is_busy()) return;
  // A look may take seconds, and so may a process that shall end. Nobody waits for them here: they leave nothing behind
  // that the kernel does not take back. Only what a thread still uses must not be taken down around it.
  Screen::leave();
  std::_Exit(0);
}

}  // namespace watch
