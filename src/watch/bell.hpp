// SPDX-License-Identifier: MIT
#pragma once

namespace watch {

/// By which one thread wakes another that waits in poll(2).
class Bell {
 public:
  Bell();
  Bell(const Bell&) = delete;
  Bell& operator=(const Bell&) = delete;
  ~Bell();

  void ring() const;
  /// It was heard, and is silent until it is rung again.
  void quiet() const;
  /// Readable while it rings.
  [[nodiscard]] int descriptor() const { return event_; }

 private:
  int event_;
};

}  // namespace watch
