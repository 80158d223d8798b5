// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "collect/family.hpp"
#include "collect/owner_records.hpp"
#include "collect/owners.hpp"
#include "collect/wanted.hpp"

namespace collect {

/// Gives the sockets of a snapshot the holders that an iterator told of. A record is the truth of one
/// moment: that process, by that name, held the socket with that inode. A pid that is used again cannot put the blame
/// on a stranger; nor can an inode, which is used again after 2^32 others, where the socket has a cookie already.
class OwnerMatch {
 public:
  OwnerMatch(const Question& question, portscope::Time boot, Owners& owners)
      : question_(question), boot_(boot), owners_(owners) {}

  /// Takes the records of these sockets, sorted by inode.
  void look(const std::vector<WantedSocket>& wanted, const OwnerRecords& records);

 private:
  [[nodiscard]] portscope::Process describe(const ProcessStamp& stamp) const;

  const Question& question_;
  portscope::Time boot_;
  Owners& owners_;
};

}  // namespace collect
