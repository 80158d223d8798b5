// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

namespace sys {

/// Which inode numbers of sockets had been handed out at a moment. Every CPU takes a block of 1024 for itself, in the
/// order of their numbers, and hands it out by and by; they wrap at 2^32 (fs/inode.c, get_next_ino).
class InodesSoFar {
 public:
  /// Goes to each CPU that this thread may run on, and takes a number there. What other CPUs have handed out of their
  /// blocks is guessed.
  static InodesSoFar now();

  /// Nothing is known.
  InodesSoFar() = default;
  /// The last number that each CPU has handed out.
  explicit InodesSoFar(std::vector<std::uint32_t> last);

  [[nodiscard]] bool known() const { return !last_.empty(); }
  [[nodiscard]] bool include(std::uint32_t inode) const;

 private:
  std::vector<std::uint32_t> last_;  ///< by block
  std::uint32_t newest_ = 0;         ///< of them
};

}  // namespace sys
