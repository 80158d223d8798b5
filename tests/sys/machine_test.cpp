// SPDX-License-Identifier: MIT
#include "sys/machine.hpp"

#include <gtest/gtest.h>
#include <linux/capability.h>
#include <unistd.h>

#include <chrono>
#include <ctime>

#include "support/fake_proc.hpp"
#include "support/unprivileged.hpp"

namespace {

/// At every reading another microsecond has passed, and at one of them a hundred milliseconds.
struct HeldUp {
  std::chrono::nanoseconds operator()(clockid_t clock) {
    up += readings++ == when ? std::chrono::microseconds(100'000) : std::chrono::microseconds(1);
    return clock == CLOCK_BOOTTIME ? up : up + booted;
  }

  unsigned when = 0;
  unsigned readings = 0;
  std::chrono::nanoseconds up = std::chrono::seconds(1000);
  std::chrono::nanoseconds booted = std::chrono::seconds(1'800'000'000);
};

TEST(Machine, WhenItStartedIsTheSameHoweverLongOneWasHeldUp) {
  for (unsigned when = 0; when < 10; ++when) {
    const auto reading = sys::read_clock(HeldUp{.when = when});
    EXPECT_EQ(reading.boot, std::chrono::seconds(1'800'000'000)) << when;
    EXPECT_GT(reading.now, reading.boot + std::chrono::seconds(1000));
  }
}

TEST(Machine, ASlowClockIsReadForAWhileOnly) {
  const auto reading = sys::read_clock([up = std::chrono::seconds(1000)](clockid_t /*clock*/) mutable { return ++up; });
  EXPECT_LT(reading.boot, std::chrono::seconds(2));
}

TEST(Machine, UsersAreNamedThroughNss) {
  EXPECT_EQ(sys::user_name(0), "root");
  EXPECT_EQ(sys::user_name(4294000000U), std::nullopt);
}

TEST(Machine, InterfacesThatDoNotExistHaveNoName) { EXPECT_EQ(sys::interface_name(0x7fffff00), ""); }

TEST(Machine, ASmallFileIsItsFirstLine) {
  fake::Proc tree;
  tree.file("id", "abc\nrest\n").file("bare", "abc");
  EXPECT_EQ(sys::first_line(tree.path("id").c_str()), "abc");
  EXPECT_EQ(sys::first_line(tree.path("bare").c_str()), "abc");
  EXPECT_EQ(sys::first_line(tree.path("none").c_str()), "");
}

TEST(Machine, AFileThatIsNotThereHasNoInode) {
  EXPECT_EQ(sys::inode("/nonexistent"), 0U);
  EXPECT_NE(sys::inode("/proc/self/ns/net"), 0U);
}

TEST(Machine, UnameNamesTheKernel) {
  EXPECT_FALSE(sys::uname().release.empty());
  EXPECT_FALSE(sys::uname().name.empty());
}

TEST(Machine, WhoDroppedRootHasNoCapabilities) {
  EXPECT_EQ(fake::ask_unprivileged([] {
              const bool any = sys::has_capability(CAP_SYS_PTRACE) || sys::has_capability(CAP_DAC_OVERRIDE);
              return std::string(any ? "some" : "none");
            }),
            "none");
}

}  // namespace
