// SPDX-License-Identifier: MIT
#include "sys/newest_inode.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

#include "sys/fd.hpp"

namespace sys {

namespace {

/// A pipe's is of the same numbers as a socket's, and no sandbox that lets files be opened refuses it.
std::uint32_t new_inode() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return 0;
  const Fd reader(ends[0]);
  const Fd writer(ends[1]);
  struct stat facts {};
  return ::fstat(reader.number(), &facts) == 0 ? static_cast<std::uint32_t>(facts.st_ino) : 0;
}

}  // namespace

std::uint32_t newest_inode() {
  std::uint32_t newest = new_inode();
  cpu_set_t allowed{};
  if (::sched_getaffinity(0, sizeof allowed, &allowed) != 0) return newest;  // EINVAL: more CPUs than the set can name
  for (std::size_t cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &allowed)) continue;
    cpu_set_t one{};
    CPU_SET(cpu, &one);
    if (::sched_setaffinity(0, sizeof one, &one) != 0) continue;  // EINVAL: it went offline
    const std::uint32_t here = new_inode();
    if (here != 0 && is_before(newest, here)) newest = here;
  }
  ::sched_setaffinity(0, sizeof allowed, &allowed);
  return newest;
}

}  // namespace sys
