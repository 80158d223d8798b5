// SPDX-License-Identifier: MIT
#include "portscope/snapshot.hpp"

#include <algorithm>

namespace portscope {

namespace {

/// The holders of one socket that stand together from `first`.
std::span<const Holder> run_from(const std::vector<Holder>& holders, std::size_t first, std::uint32_t inode) {
  std::size_t last = first;
  while (last < holders.size() && holders[last].inode == inode) ++last;
  return std::span(holders).subspan(first, last - first);
}

}  // namespace

std::span<const Holder> Snapshot::holders_of(std::uint32_t inode) const {
  if (inode == 0) return {};  // 0 is "no file", never a file's number
  const auto first = std::lower_bound(holders.begin(), holders.end(), inode,
                                      [](const Holder& holder, std::uint32_t wanted) { return holder.inode < wanted; });
  return run_from(holders, static_cast<std::size_t>(first - holders.begin()), inode);
}

std::span<const Holder> Snapshot::holders_of(const Socket& socket) const {
  const std::size_t first = socket.first_holder;
  const bool is_first = socket.inode != 0 && first < holders.size() && holders[first].inode == socket.inode &&
                        (first == 0 || holders[first - 1].inode != socket.inode);
  return is_first ? run_from(holders, first, socket.inode) : holders_of(socket.inode);
}

}  // namespace portscope
