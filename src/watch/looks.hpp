// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>

#include "watch/content.hpp"
#include "watch/looker.hpp"
#include "watch/pace.hpp"
#include "watch/status.hpp"

namespace watch {

/// When it is looked, at what, and how that went.
class Looks {
 public:
  /// From now on this is the question; it is looked at once.
  void ask(const portscope::Request& request, std::chrono::milliseconds interval);
  void begin(std::chrono::milliseconds interval);
  /// The same, if it is time and no look is under way.
  void begin_if_due(std::chrono::milliseconds interval);

  /// What a look brought: nothing if there is none yet, or it failed. While `held`, only what answers another question.
  struct Taken {
    portscope::Snapshot snapshot;
    Continuity continuity = Continuity::same_question;
  };
  std::optional<Taken> take(std::chrono::milliseconds interval, bool held);

  /// A look at one socket alone, in its turn.
  void ask_closer(const portscope::Request& request) { closer_.ask(request, 0); }
  std::optional<portscope::Snapshot> take_closer();

  /// A look is under way; of that, or of one at a socket alone.
  [[nodiscard]] bool is_looking() { return looker_.is_busy(); }
  [[nodiscard]] bool is_busy() { return is_looking() || closer_.is_busy(); }
  [[nodiscard]] int descriptor() const { return looker_.descriptor(); }
  [[nodiscard]] int closer_descriptor() const { return closer_.descriptor(); }
  [[nodiscard]] const Status& status() const { return status_; }
  /// When the next one is due.
  [[nodiscard]] Pace::Clock::time_point next() const { return pace_.next(); }
  /// Whether another question than the first one was answered.
  [[nodiscard]] bool is_first_answer() const { return answered_ == 1; }

 private:
  Looker looker_;
  Looker closer_;
  portscope::Request request_;
  std::uint64_t number_ = 0;    // of the question
  std::uint64_t answered_ = 0;  // of the one that was answered last
  Status status_;
  Pace pace_;
};

}  // namespace watch
