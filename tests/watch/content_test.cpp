// SPDX-License-Identifier: MIT
#include "watch/content.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/watched.hpp"

namespace {

using fake::Watched;
using portscope::Snapshot;
using portscope::Time;
using testing::SizeIs;
using watch::Content;
using watch::Continuity;
using watch::Mark;

Snapshot without(Snapshot snapshot, std::size_t row) {
  snapshot.sockets.erase(snapshot.sockets.begin() + static_cast<std::ptrdiff_t>(row));
  return snapshot;
}

TEST(Content, TheFirstLookMarksNothing) {
  Content content;
  content.take(Watched::machine(), Continuity::new_question);
  for (std::uint32_t row = 0; row < 3; ++row) EXPECT_EQ(content.mark_of(row), Mark::none);
  EXPECT_EQ(content.next_expiry(), Time::max());
}

TEST(Content, WhatIsOpenedChangedAndClosedIsMarkedForAWhile) {
  Content content;
  content.take(without(Watched::machine(1), 0), Continuity::new_question);
  Snapshot next = without(Watched::machine(2), 2);
  next.sockets[1].state = portscope::State::close_wait;
  content.take(std::move(next), Continuity::same_question);
  ASSERT_THAT(content.snapshot().sockets, SizeIs(3));
  EXPECT_EQ(content.open_rows(), 2U);
  EXPECT_EQ(content.mark_of(0), Mark::opened);
  EXPECT_EQ(content.mark_of(1), Mark::changed);
  EXPECT_EQ(content.mark_of(2), Mark::closed);
  const Time over = Time(std::chrono::seconds(2)) + Content::marked_for;
  EXPECT_EQ(content.next_expiry(), over);
  EXPECT_FALSE(content.expire(over - std::chrono::seconds(1)));
  EXPECT_TRUE(content.expire(over));
  EXPECT_THAT(content.snapshot().sockets, SizeIs(2));
  EXPECT_EQ(content.mark_of(0), Mark::none);
}

TEST(Content, AMarkStaysAtItsSocketWhenRowsMove) {
  Content content;
  content.take(without(Watched::machine(1), 2), Continuity::new_question);
  content.take(Watched::machine(2), Continuity::same_question);
  Snapshot turned = Watched::machine(3);
  std::reverse(turned.sockets.begin(), turned.sockets.end());
  content.take(std::move(turned), Continuity::same_question);
  EXPECT_EQ(content.mark_of(0), Mark::opened);
  EXPECT_EQ(content.mark_of(2), Mark::none);
}

TEST(Content, AClosedRowIsCarriedFromLookToLookWithItsHolder) {
  Content content;
  content.take(Watched::machine(1), Continuity::new_question);
  for (int second = 2; second <= 4; ++second) {
    Snapshot next = Watched::machine(second);
    next.sockets.pop_back();
    next.holders.pop_back();
    next.processes.pop_back();
    content.take(std::move(next), Continuity::same_question);
  }
  const auto& snapshot = content.snapshot();
  ASSERT_THAT(snapshot.sockets, SizeIs(3));
  const auto holders = snapshot.holders_of(snapshot.sockets[2]);
  ASSERT_THAT(holders, SizeIs(1));
  EXPECT_EQ(snapshot.text(snapshot.processes[holders[0].process].name), "postgres");
}

TEST(Content, AnotherQuestionIsNoChange) {
  Content content;
  content.take(Watched::machine(1), Continuity::new_question);
  content.take(without(Watched::machine(2), 0), Continuity::new_question);
  EXPECT_THAT(content.snapshot().sockets, SizeIs(2));
  EXPECT_EQ(content.mark_of(0), Mark::none);
}

}  // namespace
