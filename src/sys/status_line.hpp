// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace sys {

/// A line on the terminal of the standard error output that tells how far the work is, for who waits longer than half a
/// second. It leaves no trace, and where there is no terminal there is no line.
class StatusLine {
 public:
  explicit StatusLine(std::function<std::string()> text);
  StatusLine(const StatusLine&) = delete;
  StatusLine& operator=(const StatusLine&) = delete;
  ~StatusLine() { end(); }

  /// Takes it away, before something else is written.
  void end();

 private:
  void show();
  void run();

  std::function<std::string()> text_;
  std::size_t shown_ = 0;  // columns
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ended_ = false;
  std::thread writer_;
};

}  // namespace sys
