// SPDX-License-Identifier: MIT
#include "portscope/progress.hpp"

#include <gtest/gtest.h>

namespace {

using portscope::Progress;

constexpr Progress::Stage tcp{"tcp", "sockets"};

TEST(Progress, SaysHowFarItIs) {
  Progress progress;
  EXPECT_EQ(progress.text(), "");
  progress.begin(tcp, 5000);
  EXPECT_EQ(progress.text(), "reading tcp");
  progress.advance(1200);
  EXPECT_EQ(progress.text(), "reading tcp: 1200 of 5000 sockets");
}

TEST(Progress, MoreThanWereCountedOrWhereNobodyCountedIsOnlyANumber) {
  Progress progress;
  progress.begin(tcp, 5);
  progress.advance(6);
  EXPECT_EQ(progress.text(), "reading tcp: 6 sockets");
  progress.begin(tcp, 0);
  progress.advance(3);
  EXPECT_EQ(progress.text(), "reading tcp: 3 sockets");
}

}  // namespace
