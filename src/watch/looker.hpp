// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "portscope/observer.hpp"

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
  Looker();
  Looker(const Looker&) = delete;
  Looker& operator=(const Looker&) = delete;
  ~Looker();

  /// Begins a look. While one goes on, the next one is only noted; the last one that was noted is made.
  void ask(const portscope::Request& request, std::uint64_t question);
  [[nodiscard]] bool is_busy();
  /// What was brought, once.
  std::optional<Look> take();
  /// Becomes readable when there is something to take.
  [[nodiscard]] int descriptor() const { return event_; }

 private:
  struct Asked {
    portscope::Request request;
    std::uint64_t question = 0;
  };
  void work();
  Look look(const Asked& asked);

  int event_;
  std::mutex turn_;
  std::condition_variable wake_;
  std::optional<Asked> asked_;
  std::optional<Look> brought_;
  bool busy_ = false;
  bool over_ = false;
  portscope::Observer observer_;  // only the thread uses it
  std::thread thread_;
};

}  // namespace watch
