// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "watch/bell.hpp"

namespace watch {

/// A thread for what takes longer than a key may wait. Work brings a result and throws nothing.
template <class Result>
class Worker {
 public:
  using Work = std::function<Result()>;

  Worker() : thread_([this] { run(); }) {}
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  /// Waits for what is being done.
  ~Worker() {
    {
      const std::lock_guard lock(turn_);
      over_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }

  /// Begins it. While something is being done, it is only noted; of what was noted, the last is done.
  void ask(Work work) {
    {
      const std::lock_guard lock(turn_);
      asked_ = std::move(work);
    }
    wake_.notify_one();
  }

  [[nodiscard]] bool is_busy() {
    const std::lock_guard lock(turn_);
    return busy_ || asked_ || brought_.has_value();
  }

  /// What was brought, once.
  std::optional<Result> take() {
    bell_.quiet();
    const std::lock_guard lock(turn_);
    return std::exchange(brought_, std::nullopt);
  }

  /// Readable when there is something to take.
  [[nodiscard]] int descriptor() const { return bell_.descriptor(); }

 private:
  void run() {
    std::unique_lock lock(turn_);
    while (true) {
      wake_.wait(lock, [this] { return over_ || asked_; });
      if (over_) return;
      const Work work = std::exchange(asked_, nullptr);
      busy_ = true;
      lock.unlock();
      auto result = work();
      lock.lock();
      brought_ = std::move(result);
      busy_ = false;
      bell_.ring();
    }
  }

  Bell bell_;
  std::mutex turn_;
  std::condition_variable wake_;
  Work asked_;
  std::optional<Result> brought_;
  bool busy_ = false;
  bool over_ = false;
  std::thread thread_;  // last: it uses all of them
};

}  // namespace watch
