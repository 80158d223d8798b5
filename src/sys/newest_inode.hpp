// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace sys {

/// Whether an inode of sockfs or pipefs was numbered before another. The numbers wrap at 2^32.
constexpr bool is_before(std::uint32_t inode, std::uint32_t other) {
  return static_cast<std::int32_t>(other - inode) > 0;
}

/// A number that no inode exceeds which a socket got by now on a CPU that this thread may run on; 0 = unknown.
/// Every CPU hands out batches of its own (fs/inode.c, get_next_ino), so the thread goes to each once.
std::uint32_t newest_inode();

}  // namespace sys
