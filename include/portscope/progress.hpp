// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

namespace portscope {

/// What this process is busy with, for whoever waits for it. Written by those who work, read by another thread.
class Progress {
 public:
  /// Something that is read. Texts that never go away.
  struct Stage {
    const char* what;   ///< such as `tcp`
    const char* units;  ///< what it consists of, such as `sockets`
  };

  /// From now on it is this. `total` is how many there are, 0 when that is not known.
  void begin(const Stage& stage, std::uint64_t total);
  void end() { stage_ = nullptr; }
  void advance(std::uint64_t count) { done_.fetch_add(count, std::memory_order_relaxed); }

  /// `reading tcp: 1200 of 5000 sockets`; empty where nothing is read.
  [[nodiscard]] std::string text() const;

 private:
  std::atomic<const Stage*> stage_ = nullptr;
  std::atomic<std::uint64_t> done_ = 0;
  std::atomic<std::uint64_t> total_ = 0;
};

/// There is one for the process.
Progress& progress();

}  // namespace portscope
