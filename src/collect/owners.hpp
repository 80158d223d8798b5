// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <vector>

#include "portscope/snapshot.hpp"

namespace collect {

/// Puts holders and their processes into a snapshot, walk by walk.
class Owners {
 public:
  explicit Owners(portscope::Snapshot& snapshot) : snapshot_(snapshot) {}

  /// Forgets all that was found.
  void clear();
  /// The place of a process that is held to be `process`; one that an earlier walk found has its own
  /// already, another one with its pid has not.
  std::uint32_t place(const portscope::Process& process);
  void add(const portscope::Holder& holder) { snapshot_.holders.push_back(holder); }
  [[nodiscard]] const portscope::Snapshot& snapshot() const { return snapshot_; }
  /// Ends a walk: processes by pid; holders by inode and then in the order of the processes, each once.
  void settle();

 private:
  portscope::Snapshot& snapshot_;
  std::size_t settled_ = 0;  // processes found by earlier walks
};

}  // namespace collect
