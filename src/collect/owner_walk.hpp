// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <unordered_set>
#include <vector>

#include "collect/family.hpp"
#include "collect/holders.hpp"
#include "collect/owners.hpp"

namespace collect {

/// Finds holders by walks over /proc, and confirms each before it is told.
class OwnerWalk {
 public:
  OwnerWalk(const Question& question, portscope::Time boot, Owners& owners)
      : question_(question), boot_(boot), owners_(owners) {}

  /// The holders of the sockets with these inodes, sorted, among the processes of `scope`.
  void look(const std::vector<std::uint32_t>& wanted, const WalkScope& scope);

  /// Takes those of `holders` that the process still has, if the one with that pid began then.
  void confirm(std::int32_t pid, portscope::Time start, const std::vector<portscope::Holder>& holders);
  /// Ends a series of these. `limits` stand for those of a walk that was spared.
  void settle(const WalkLimits& limits);

  [[nodiscard]] const WalkLimits& limits() const { return limits_; }  ///< of the last walk
  /// Inodes of sockets that were seen to be held, but not when asked again.
  [[nodiscard]] const std::unordered_set<std::uint32_t>& lost() const { return lost_; }

 private:
  void add(const sys::Directory& directory, HolderScan scan);
  void note_lost(const std::vector<portscope::Holder>& holders, int error);
  void detail(const sys::Directory& directory, portscope::Process& process) const;
  void place(const portscope::Process& process, std::vector<portscope::Holder> holders);

  const Question& question_;
  portscope::Time boot_;
  Owners& owners_;
  WalkLimits limits_;
  WalkLimits failures_;  ///< of what is asked again of who was found
  std::unordered_set<std::uint32_t> lost_;
};

}  // namespace collect
