// SPDX-License-Identifier: MIT
#pragma once

#include <csignal>
#include <optional>

namespace watch {

/// The signals that end, stop or resize, as things to be read: they are held back from the usual handlers as long as
/// this lives. Threads that are begun meanwhile hold them back, too.
class Signals {
 public:
  Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;
  ~Signals();

  /// Becomes readable when there is one.
  [[nodiscard]] int descriptor() const { return file_; }
  /// Its number, once; nothing when there is none.
  [[nodiscard]] std::optional<int> take() const;

  /// Stops as Ctrl-Z does, and returns when told to go on.
  static void stop();

 private:
  sigset_t before_{};
  int file_ = -1;
};

/// Whether that signal asks to end.
bool ends(int signal);

}  // namespace watch
