// SPDX-License-Identifier: MIT
#include "portscope/snapshot.hpp"

#include <algorithm>

namespace portscope {

std::span<const Holder> Snapshot::holders_of(const Socket& socket) const {
  if (socket.inode == 0) return {};  // 0 is "no file", never a file's number
  const auto first = std::lower_bound(holders.begin(), holders.end(), socket.inode,
                                      [](const Holder& holder, std::uint32_t inode) { return holder.inode < inode; });
  auto last = first;
  while (last != holders.end() && last->inode == socket.inode) ++last;
  return {first, last};
}

}  // namespace portscope
