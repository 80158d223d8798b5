// SPDX-License-Identifier: MIT
#include "model/farewells.hpp"

#include <gtest/gtest.h>

#include "support/sockets.hpp"

namespace {

using portscope::Farewells;
using portscope::Socket;

Socket numbered(std::uint64_t cookie) {
  Socket socket = fake::connection(fake::end("10.0.0.1", 80), fake::end("10.0.0.2", 4000));
  socket.cookie = cookie;
  return socket;
}

TEST(FarewellsTest, AnEndIsExpectedOnce) {
  Farewells farewells;
  farewells.note_missed(numbered(1), 1);
  EXPECT_TRUE(farewells.take_missed(numbered(1)));
  EXPECT_FALSE(farewells.take_missed(numbered(1)));
  EXPECT_TRUE(farewells.empty());
}

/// Nothing announces their ends.
TEST(FarewellsTest, OfWhatOnlyGoesOnNoEndIsExpected) {
  Farewells farewells;
  Socket rest = numbered(1);
  rest.state = portscope::State::time_wait;
  farewells.note_missed(rest, 1);
  farewells.note_missed(fake::unix_socket(4, portscope::StringId::none, portscope::State::listen), 1);
  EXPECT_TRUE(farewells.empty());
}

TEST(FarewellsTest, WhatLooksDoNotShowAnyMoreIsForgotten) {
  Farewells farewells;
  farewells.note_ended(numbered(1), 1);
  farewells.note_ended(numbered(2), 2);
  farewells.note_again(numbered(1), 2);
  farewells.end_look(2);
  EXPECT_TRUE(farewells.has_ended(numbered(1)));
  EXPECT_TRUE(farewells.has_ended(numbered(2)));
  farewells.end_look(3);
  EXPECT_TRUE(farewells.empty());
}

TEST(FarewellsTest, TheOldestAreForgottenWhenThereAreTooMany) {
  Farewells farewells;
  constexpr std::uint64_t many = 200000;
  for (std::uint64_t cookie = 1; cookie <= many; ++cookie) farewells.note_missed(numbered(cookie), 1);
  EXPECT_FALSE(farewells.take_missed(numbered(1)));
  EXPECT_TRUE(farewells.take_missed(numbered(many)));
}

}  // namespace
