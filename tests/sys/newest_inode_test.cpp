// SPDX-License-Identifier: MIT
#include "sys/newest_inode.hpp"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <vector>

#include "sys/fd.hpp"

namespace {

cpu_set_t allowed_cpus() {
  cpu_set_t allowed{};
  EXPECT_EQ(::sched_getaffinity(0, sizeof allowed, &allowed), 0);
  return allowed;
}

/// Inodes of sockets, one from each CPU.
std::vector<std::uint32_t> one_of_each_cpu() {
  const cpu_set_t allowed = allowed_cpus();
  std::vector<std::uint32_t> inodes;
  for (std::size_t cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &allowed)) continue;
    cpu_set_t one{};
    CPU_SET(cpu, &one);
    EXPECT_EQ(::sched_setaffinity(0, sizeof one, &one), 0);
    const sys::Fd end(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    struct stat facts {};
    EXPECT_EQ(::fstat(end.number(), &facts), 0);
    inodes.push_back(static_cast<std::uint32_t>(facts.st_ino));
  }
  EXPECT_EQ(::sched_setaffinity(0, sizeof allowed, &allowed), 0);
  return inodes;
}

TEST(NewestInode, NoSocketOfAnyCpuIsNewer) {
  const auto before = one_of_each_cpu();
  const std::uint32_t newest = sys::newest_inode();
  ASSERT_NE(newest, 0U);
  for (const std::uint32_t inode : before) EXPECT_FALSE(sys::is_before(newest, inode)) << newest << ", " << inode;
}

TEST(NewestInode, TheThreadMayRunWhereItMightBefore) {
  const cpu_set_t before = allowed_cpus();
  sys::newest_inode();
  const cpu_set_t after = allowed_cpus();
  EXPECT_TRUE(CPU_EQUAL(&before, &after));
}

TEST(NewestInode, NumbersWrap) {
  EXPECT_TRUE(sys::is_before(1, 2));
  EXPECT_TRUE(sys::is_before(0xfffffff0, 5));
  EXPECT_FALSE(sys::is_before(5, 0xfffffff0));
  EXPECT_FALSE(sys::is_before(5, 5));
}

}  // namespace
