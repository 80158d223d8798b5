// SPDX-License-Identifier: MIT
#include "sys/inodes_so_far.hpp"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <vector>

#include "sys/fd.hpp"

namespace {

using sys::InodesSoFar;

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

TEST(InodesSoFar, TellOldSocketsFromNewOnesOnEveryCpu) {
  for (int round = 0; round < 50; ++round) {
    const auto before = one_of_each_cpu();
    const auto so_far = InodesSoFar::now();
    const auto after = one_of_each_cpu();
    ASSERT_TRUE(so_far.known());
    for (const std::uint32_t inode : before) EXPECT_TRUE(so_far.include(inode)) << inode;
    for (const std::uint32_t inode : after) EXPECT_FALSE(so_far.include(inode)) << inode;
  }
}

TEST(InodesSoFar, TheThreadMayRunWhereItMightBefore) {
  const cpu_set_t before = allowed_cpus();
  InodesSoFar::now();
  const cpu_set_t after = allowed_cpus();
  EXPECT_TRUE(CPU_EQUAL(&before, &after));
}

TEST(InodesSoFar, ABlockThatIsNotUsedUpGoesOnLater) {
  const InodesSoFar so_far({1030, 9000});
  EXPECT_TRUE(so_far.include(1030));
  EXPECT_FALSE(so_far.include(1031)) << "of the same block";
  EXPECT_FALSE(so_far.include(2048)) << "its last";
  EXPECT_TRUE(so_far.include(2049)) << "of a block that is used up";
  EXPECT_TRUE(so_far.include(1024)) << "the last of the block before";
  EXPECT_FALSE(so_far.include(9001));
  EXPECT_FALSE(so_far.include(20000)) << "of a block that nobody had taken";
}

TEST(InodesSoFar, NumbersWrap) {
  const InodesSoFar so_far({10});
  EXPECT_TRUE(so_far.include(4294960000U));
  EXPECT_FALSE(so_far.include(5000));
}

TEST(InodesSoFar, NothingIsKnownAtFirst) { EXPECT_FALSE(InodesSoFar().known()); }

}  // namespace
