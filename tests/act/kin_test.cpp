// SPDX-License-Identifier: MIT
#include "act/kin.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "portscope/port_owners.hpp"
#include "support/fake_proc.hpp"

namespace {

using testing::ElementsAre;

constexpr const char* rest = " 1 1 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 5 0 0\n";

TEST(OwnKin, IsTheLineUpToTheFirst) {
  fake::Proc proc;
  proc.link("self", "900").remove("self/ns");
  proc.file("900/stat", std::string("900 (portscope) S 800") + rest);
  proc.file("800/stat", std::string("800 (a) b) S 1") + rest);
  proc.file("1/stat", std::string("1 (init) S 0") + rest);
  EXPECT_THAT(act::own_kin(proc.open()), ElementsAre(900, 800, 1));
}

TEST(OwnKin, EndsWhereProcDoes) {
  fake::Proc proc;
  proc.link("self", "900");
  proc.file("900/stat", std::string("900 (portscope) S 800") + rest);
  EXPECT_THAT(act::own_kin(proc.open()), ElementsAre(900, 800));
}

TEST(OwnKin, IsNoRing) {
  fake::Proc proc;
  proc.link("self", "900");
  proc.file("900/stat", std::string("900 (portscope) S 800") + rest);
  proc.file("800/stat", std::string("800 (shell) S 900") + rest);
  EXPECT_THAT(act::own_kin(proc.open()), ElementsAre(900, 800));
}

TEST(OwnKin, OfThisVeryProgram) {
  const auto kin = portscope::own_kin();
  if (kin.empty()) GTEST_SKIP() << "no /proc here";
  EXPECT_EQ(kin.front(), ::getpid());
  EXPECT_THAT(kin, testing::Contains(::getppid()));
}

}  // namespace
