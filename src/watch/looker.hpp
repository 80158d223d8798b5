// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "portscope/observer.hpp"
#include "watch/worker.hpp"

namespace watch {

/// What one look brought.
struct Look {
  portscope::Snapshot snapshot;
  std::string trouble;  ///< why there is none; empty: there is
  std::chrono::milliseconds took{};
  portscope::OwnerRoad road = portscope::OwnerRoad::none;
  std::uint64_t question = 0;  ///< the number that was given when it was asked for
};

/// Looks in a thread of its own, so that keys are answered while a million sockets are read.
class Looker {
 public:
  /// Begins a look. While one goes on, the next one is only noted; the last one that was noted is made.
  void ask(const portscope::Request& request, std::uint64_t question) {
    worker_.ask([this, request, question] { return look(request, question); });
  }
  [[nodiscard]] bool is_busy() { return worker_.is_busy(); }
  /// What was brought, once.
  std::optional<Look> take() { return worker_.take(); }
  /// Becomes readable when there is something to take.
  [[nodiscard]] int descriptor() const { return worker_.descriptor(); }

 private:
  Look look(const portscope::Request& request, std::uint64_t question);

  portscope::Observer observer_;  // only the thread uses it
  Worker<Look> worker_;
};

}  // namespace watch
