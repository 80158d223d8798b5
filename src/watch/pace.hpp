// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>

namespace watch {

/// When the next look is due.
class Pace {
 public:
  using Clock = std::chrono::steady_clock;

  /// A look begins now.
  void begin(std::chrono::milliseconds interval) { next_ = Clock::now() + interval; }
  /// One took so long. When that is longer than the interval, a rest of the same length follows.
  void end(std::chrono::milliseconds took, std::chrono::milliseconds interval) {
    if (took > interval) next_ = std::max(next_, Clock::now() + took);
  }
  void hurry() { next_ = Clock::now(); }

  [[nodiscard]] bool is_due() const { return Clock::now() >= next_; }
  [[nodiscard]] Clock::time_point next() const { return next_; }

 private:
  Clock::time_point next_ = Clock::now();
};

}  // namespace watch
