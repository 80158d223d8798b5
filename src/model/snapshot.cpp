// SPDX-License-Identifier: MIT
#include "portscope/snapshot.hpp"

#include <algorithm>

namespace portscope {

std::span<const Holder> Snapshot::holders_of(std::uint32_t inode) const {
  if (inode == 0) return {};  // 0 is "no file", never a file's number
  const auto first = std::lower_bound(holders.begin(), holders.end(), inode,
                                      [](const Holder& holder, std::uint32_t wanted) { return holder.inode < wanted; });
  auto last = first;
  while (last != holders.end() && last->inode == inode) ++last;
  return {first, last};
}

}  // namespace portscope
