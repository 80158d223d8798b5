// SPDX-License-Identifier: MIT
#include "portscope/journal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "portscope/query.hpp"
#include "support/journal_of.hpp"

namespace {

using fake::story::changed;
using fake::story::closed;
using fake::story::ended;
using fake::story::holder_pid;
using fake::story::Is;
using fake::story::JournalOf;
using fake::story::lingering;
using fake::story::look;
using fake::story::opened;
using fake::story::talking;
using portscope::OwnerStatus;
using portscope::Selection;
using portscope::Snapshot;
using portscope::Socket;
using portscope::State;
using portscope::Time;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST(JournalTest, TheFirstLookIsWhereTheStoryBegins) {
  JournalOf journal;
  EXPECT_THAT(journal.take(look(1, {talking(1)})), IsEmpty());
  EXPECT_THAT(journal.take(look(2, {talking(1), talking(2)})), ElementsAre(Is(opened, 2)));
  EXPECT_THAT(journal.take(look(3, {talking(2)})), ElementsAre(Is(closed, 1)));
}

TEST(JournalTest, WhatIsAnnouncedIsToldAtOnceWithItsLastCountersAndItsHolder) {
  JournalOf journal;
  journal.take(look(1, {talking(1)}));
  const auto told = journal.hear(ended(5, talking(1), 700));
  ASSERT_THAT(told, ElementsAre(Is(closed, 1)));
  EXPECT_EQ(told[0].sent, 700U);
  EXPECT_EQ(told[0].pid, holder_pid);
  EXPECT_EQ(told[0].state, State::established);
  EXPECT_EQ(told[0].event.time, Time(std::chrono::seconds(5)));
  ASSERT_TRUE(told[0].event.lasted);
  EXPECT_EQ(told[0].event.lasted->at_least_ms, 4000U);
  EXPECT_FALSE(told[0].event.lasted->exact);
  EXPECT_THAT(journal.take(look(6, {})), IsEmpty()) << "it is told once";
}

TEST(JournalTest, WhatCameAndWentBetweenTwoLooksIsToldAsClosed) {
  JournalOf journal;
  journal.take(look(1, {}));
  const auto told = journal.hear(ended(2, talking(9), 50));
  ASSERT_THAT(told, ElementsAre(Is(closed, 9)));
  EXPECT_EQ(told[0].sent, 50U);
  EXPECT_EQ(told[0].state, State::closed);
}

TEST(JournalTest, WhatEndsWhileALookGoesOnWaitsForIt) {
  JournalOf journal;
  journal.take(look(1, {talking(1)}));
  (*journal).begin_look();
  EXPECT_THAT(journal.hear(ended(2, talking(2), 50)), IsEmpty()) << "the look may show who held it";
  EXPECT_THAT(journal.hear(ended(2, talking(3), 60)), IsEmpty());
  EXPECT_THAT(journal.hear(ended(2, talking(1), 70)), ElementsAre(Is(closed, 1))) << "it is known";
  const auto told = journal.take_begun(look(3, {talking(1), talking(2)}));
  ASSERT_THAT(told, ElementsAre(Is(closed, 3), Is(opened, 2), Is(closed, 2)));
  EXPECT_EQ(told[0].sent, 60U);
  EXPECT_EQ(told[2].sent, 50U);
  EXPECT_EQ(told[2].pid, holder_pid);
  EXPECT_EQ(told[2].event.time, Time(std::chrono::seconds(2)));
  EXPECT_THAT(journal.take(look(4, {})), IsEmpty()) << "that look was the last to show them";
}

TEST(JournalTest, ASocketThatNeverWasAnywhereIsNone) {
  JournalOf journal;
  journal.take(look(1, {}));
  Socket nowhere = fake::listener("0.0.0.0", 0);
  nowhere.cookie = 5;
  EXPECT_THAT(journal.hear(ended(2, nowhere)), IsEmpty());
}

TEST(JournalTest, TimeWaitIsAChangeAndKeepsWhoHeldTheConnection) {
  JournalOf journal((Selection()));
  journal.take(look(1, {talking(1)}));
  EXPECT_THAT(journal.hear(ended(2, talking(1), 700)), IsEmpty()) << "nothing tells yet whether it lingers";
  const Socket rest = lingering(1);
  const auto told = journal.take(look(3, {rest}));
  ASSERT_THAT(told, ElementsAre(Is(changed, 1)));
  EXPECT_EQ(told[0].state, State::time_wait);
  EXPECT_EQ(told[0].pid, holder_pid);
  EXPECT_EQ(told[0].sent, 700U);
  EXPECT_THAT(journal.take(look(4, {rest})), IsEmpty());
  const auto end = journal.take(look(5, {}));
  ASSERT_THAT(end, ElementsAre(Is(closed, 1)));
  EXPECT_EQ(end[0].pid, holder_pid);
  EXPECT_EQ(end[0].sent, 700U);
}

/// The process closed it while we looked, or before its peer did: a look saw it held by nobody.
TEST(JournalTest, BetweenItsHolderAndTimeWaitAConnectionIsNotForgotten) {
  for (const auto status : {OwnerStatus::gone, OwnerStatus::none}) {
    JournalOf journal((Selection()));
    journal.take(look(1, {talking(1)}));
    Socket closing = talking(1);
    closing.state = State::fin_wait_2;
    closing.owner_status = status;
    if (status == OwnerStatus::none) closing.inode = 0;
    Snapshot unheld = look(2, {closing});
    unheld.holders.clear();
    const auto changing = journal.take(std::move(unheld));
    ASSERT_THAT(changing, ElementsAre(Is(changed, 1)));
    EXPECT_EQ(changing[0].pid, holder_pid);
    const Socket rest = lingering(1);
    const auto told = journal.take(look(3, {rest}));
    ASSERT_THAT(told, ElementsAre(Is(changed, 1)));
    EXPECT_EQ(told[0].pid, holder_pid);
  }
}

/// Its peer closed it, and the process has not yet.
TEST(JournalTest, AHolderOfWhatIsInTimeWaitAlreadyIsItsOwn) {
  JournalOf journal((Selection()));
  journal.take(look(1, {talking(1)}));
  Socket rest = talking(1);
  rest.state = State::time_wait;
  rest.owner_status = OwnerStatus::none;
  Snapshot next = look(2, {rest});  // with the holder of its inode
  next.sockets[0].inode = 0;
  const auto told = journal.take(std::move(next));
  ASSERT_THAT(told, ElementsAre(Is(changed, 1)));
  EXPECT_EQ(told[0].pid, holder_pid);
}

TEST(JournalTest, WhatDidNotBecomeTimeWaitIsClosedByTheNextLook) {
  JournalOf journal((Selection()));
  journal.take(look(1, {talking(1)}));
  journal.hear(ended(2, talking(1), 700));
  const auto told = journal.take(look(3, {}));
  ASSERT_THAT(told, ElementsAre(Is(closed, 1)));
  EXPECT_EQ(told[0].sent, 700U);
}

/// Nobody had asked for its cookie, so time_wait has another one.
TEST(JournalTest, AShortConnectionIsFoundInTimeWaitByItsEnds) {
  JournalOf journal((Selection()));
  journal.take(look(1, {}));
  journal.hear(ended(2, talking(7), 700));
  Socket rest = talking(8);
  rest.state = State::time_wait;
  rest.inode = 0;
  const auto told = journal.take(look(3, {rest}));
  ASSERT_THAT(told, ElementsAre(Is(opened, 8)));
  EXPECT_EQ(told[0].sent, 700U);
}

TEST(JournalTest, AnInodeThatIsInUseAgainBringsNoHolder) {
  JournalOf journal((Selection()));
  journal.take(look(1, {talking(1)}));
  Socket rest = talking(1);
  rest.state = State::time_wait;
  rest.inode = 0;
  Socket other = talking(2, 5000);
  other.inode = 1;
  const auto told = journal.take(look(3, {rest, other}));
  ASSERT_THAT(told, ElementsAre(Is(changed, 1), Is(opened, 2)));
  EXPECT_EQ(told[0].pid, 0);
}

TEST(JournalTest, WhatTheFilterLeavesOutIsNotToldEither) {
  Selection selection = JournalOf::without_time_wait();
  selection.filter = portscope::parse_query("port 4001");
  JournalOf journal(selection);
  journal.take(look(1, {}));
  EXPECT_THAT(journal.hear(ended(2, talking(1, 4000))), IsEmpty());
  EXPECT_THAT(journal.hear(ended(2, talking(2, 4001))), SizeIs(1));
  EXPECT_EQ((*journal).take_undecided(), 0U);
}

TEST(JournalTest, WhatAnAnnouncementDoesNotTellIsCounted) {
  Selection selection = JournalOf::without_time_wait();
  selection.filter = portscope::parse_query("proc = nginx");
  JournalOf journal(selection);
  journal.take(look(1, {}));
  EXPECT_THAT(journal.hear(ended(2, talking(1))), IsEmpty());
  EXPECT_EQ((*journal).take_undecided(), 1U);
  EXPECT_EQ((*journal).take_undecided(), 0U);
}

TEST(JournalTest, RowsWithoutCookiesAreComparedAsTheyAre) {
  JournalOf journal;
  Socket first = talking(0);
  first.inode = 4;
  journal.take(look(1, {first}));
  EXPECT_THAT(journal.take(look(2, {first})), IsEmpty());
  EXPECT_THAT(journal.take(look(3, {})), ElementsAre(Is(closed, 0)));
}

}  // namespace
