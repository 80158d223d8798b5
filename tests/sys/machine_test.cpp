// SPDX-License-Identifier: MIT
#include "sys/machine.hpp"

#include <gtest/gtest.h>
#include <linux/capability.h>
#include <unistd.h>

#include "support/fake_proc.hpp"
#include "support/unprivileged.hpp"

namespace {

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
