// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "collect/memory.hpp"
#include "collect/owner_walk.hpp"
#include "collect/wanted.hpp"

namespace collect {

/// Spares an observer the walk over all of /proc, where no iterator can be used, and the search for holders that no
/// road shows.
///
/// Nothing is believed: whoever held a socket at the last look is asked again through its own directory, by pid and
/// start, whether that descriptor still is that socket. What nobody was seen to hold stays so for the same socket
/// (inode and cookie), and its holder is looked for again with the next whole walk. Processes that are new are looked
/// into for everything, for a child has what its parent had. What this cannot see is an old process that was handed one
/// more descriptor of a socket whose holder is known: so everybody is asked anew at every tenth look.
class OwnerRecall {
 public:
  static constexpr int looks_between_walks = 10;

  OwnerRecall(const Question& question, HolderMemory& memory, OwnerWalk& walk, const Owners& owners)
      : question_(question), memory_(memory), walk_(walk), owners_(owners) {}

  /// Begins a look at these sockets, by whatever road.
  void begin(const std::vector<WantedSocket>& wanted);

  /// Instead of a walk over /proc: takes the holders that still are, and returns the sockets that must be looked for
  /// among all processes: those of whom nothing is known, or all, when it is time for that.
  std::vector<std::uint32_t> look(const std::vector<WantedSocket>& wanted);

  /// Whether nobody held the socket at the last looks, so that it need not be searched for.
  [[nodiscard]] bool is_unheld(std::uint32_t inode, std::uint64_t cookie) const;

  /// Remembers what the snapshot says, once it is judged.
  void keep(const portscope::Snapshot& snapshot);

 private:
  void ask_again(const std::vector<std::uint32_t>& wanted);
  void look_into_new(const std::vector<std::uint32_t>& wanted);

  const Question& question_;
  HolderMemory& memory_;
  OwnerWalk& walk_;
  const Owners& owners_;
  std::vector<WantedSocket> wanted_;
  std::unordered_set<std::int32_t> pids_;  // of all processes, listed before any of them was asked
};

}  // namespace collect
