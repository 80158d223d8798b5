// SPDX-License-Identifier: MIT
#include "sys/inodes_so_far.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "sys/fd.hpp"

namespace sys {

namespace {

/// The first number of a block is the one behind a multiple.
std::uint32_t block_of(std::uint32_t inode) {
  constexpr std::uint32_t size = 1024;
  return (inode - 1) / size;
}

bool is_before(std::uint32_t inode, std::uint32_t other) { return static_cast<std::int32_t>(other - inode) > 0; }

/// Of a pipe, which gets one of the same numbers, and no sandbox that lets files be opened refuses it. 0 = none to be
/// had.
std::uint32_t take_number() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return 0;
  const Fd reader(ends[0]);
  const Fd writer(ends[1]);
  struct stat facts {};
  return ::fstat(reader.number(), &facts) == 0 ? static_cast<std::uint32_t>(facts.st_ino) : 0;
}

}  // namespace

InodesSoFar::InodesSoFar(std::vector<std::uint32_t> last) : last_(std::move(last)) {
  for (const std::uint32_t inode : last_) {
    if (newest_ == 0 || is_before(newest_, inode)) newest_ = inode;
  }
  std::sort(last_.begin(), last_.end());
}

InodesSoFar InodesSoFar::now() {
  cpu_set_t allowed{};
  if (::sched_getaffinity(0, sizeof allowed, &allowed) != 0) return {};  // EINVAL: more CPUs than the set can name
  std::vector<std::uint32_t> last;
  for (std::size_t cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &allowed)) continue;
    cpu_set_t one{};
    CPU_SET(cpu, &one);
    if (::sched_setaffinity(0, sizeof one, &one) != 0) continue;  // EINVAL: it went offline
    if (const std::uint32_t inode = take_number(); inode != 0) last.push_back(inode);
  }
  ::sched_setaffinity(0, sizeof allowed, &allowed);
  return InodesSoFar(std::move(last));
}

bool InodesSoFar::include(std::uint32_t inode) const {
  const auto same = std::lower_bound(last_.begin(), last_.end(), block_of(inode),
                                     [](std::uint32_t last, std::uint32_t block) { return block_of(last) < block; });
  if (same != last_.end() && block_of(*same) == block_of(inode)) return inode <= *same;
  return !is_before(newest_, inode);
}

}  // namespace sys
