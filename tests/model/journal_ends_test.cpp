// SPDX-License-Identifier: MIT
// What two sources tell of one end, a journal tells once.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/journal_of.hpp"

namespace {

using fake::story::changed;
using fake::story::closed;
using fake::story::ended;
using fake::story::half_closed;
using fake::story::holder_pid;
using fake::story::Is;
using fake::story::JournalOf;
using fake::story::lingering;
using fake::story::look;
using fake::story::opened;
using fake::story::talking;
using fake::story::without_cookie;
using portscope::Selection;
using portscope::Socket;
using portscope::State;
using testing::ElementsAre;
using testing::IsEmpty;

/// Its peer reset it, and the program closes its descriptor later.
TEST(JournalEnds, WhatALookMissedIsNotToldAgainWhenItIsAnnounced) {
  for (const auto& selection : {JournalOf::without_time_wait(), Selection()}) {
    JournalOf journal(selection);
    journal.take(look(1, {talking(1)}));
    EXPECT_THAT(journal.take(look(2, {})), ElementsAre(Is(closed, 1)));
    EXPECT_THAT(journal.take(look(3, {})), IsEmpty());
    EXPECT_THAT(journal.hear(ended(4, talking(1), 700)), IsEmpty());
    EXPECT_THAT(journal.take(look(5, {})), IsEmpty());
  }
}

TEST(JournalEnds, WhatMatchesAgainIsOpenedAgainAndItsEndIsTold) {
  JournalOf journal;
  journal.take(look(1, {talking(1)}));
  EXPECT_THAT(journal.take(look(2, {})), ElementsAre(Is(closed, 1)));
  EXPECT_THAT(journal.take(look(3, {talking(1)})), ElementsAre(Is(opened, 1)));
  EXPECT_THAT(journal.hear(ended(4, talking(1), 700)), ElementsAre(Is(closed, 1)));
  EXPECT_THAT(journal.take(look(5, {})), IsEmpty());
}

/// It left the filter; what matches again nobody holds any more.
TEST(JournalEnds, WhatNobodyHoldsIsNotOpenedAgain) {
  JournalOf journal;
  journal.take(look(1, {talking(1)}));
  EXPECT_THAT(journal.take(look(2, {})), ElementsAre(Is(closed, 1)));
  EXPECT_THAT(journal.take(look(3, {half_closed(1)})), IsEmpty());
  EXPECT_THAT(journal.take(look(4, {half_closed(1)})), IsEmpty());
  EXPECT_THAT(journal.hear(ended(5, talking(1), 700)), IsEmpty());
}

TEST(JournalEnds, AnAnnouncementThatWaitsIsUsedByTheLookThatMissesTheSocket) {
  JournalOf journal((Selection()));
  journal.take(look(1, {talking(1)}));
  (*journal).begin_look();
  EXPECT_THAT(journal.hear(ended(2, talking(1), 700)), IsEmpty()) << "it may go on as time_wait";
  const auto told = journal.take_begun(look(2, {}));
  ASSERT_THAT(told, ElementsAre(Is(closed, 1)));
  EXPECT_EQ(told[0].sent, 700U);
  EXPECT_THAT(journal.take(look(3, {})), IsEmpty());
}

/// What goes on between the same ends may be of another connection; its cookie tells only later.
TEST(JournalEnds, AnAnnouncementThatWaitsLongerThanTheSocketIsMissedIsNotToldAgain) {
  JournalOf journal((Selection()));
  journal.take(look(1, {talking(1)}));
  (*journal).begin_look();
  EXPECT_THAT(journal.hear(ended(2, talking(1), 700)), IsEmpty());
  EXPECT_THAT(journal.take_begun(look(2, {lingering(8)})), ElementsAre(Is(opened, 8), Is(closed, 1)));
  EXPECT_THAT(journal.take(look(3, {})), ElementsAre(Is(closed, 8)));
}

TEST(JournalEnds, AHalfClosedConnectionIsNotOpenedAgain) {
  JournalOf journal;
  journal.take(look(1, {talking(1)}));
  EXPECT_THAT(journal.hear(ended(2, talking(1), 700)), ElementsAre(Is(closed, 1)));
  for (int second = 3; second < 6; ++second) EXPECT_THAT(journal.take(look(second, {half_closed(1)})), IsEmpty());
  EXPECT_THAT(journal.take(look(6, {})), IsEmpty());
}

/// Nobody had asked for its cookie, so what goes on has another one.
TEST(JournalEnds, AShortHalfClosedConnectionIsNotOpenedEither) {
  JournalOf journal;
  journal.take(look(1, {}));
  EXPECT_THAT(journal.hear(ended(2, talking(7), 700)), ElementsAre(Is(closed, 7)));
  for (int second = 3; second < 6; ++second) EXPECT_THAT(journal.take(look(second, {half_closed(8)})), IsEmpty());
  (*journal).begin_look();
  EXPECT_THAT(journal.hear(ended(6, talking(9, 5000), 600)), IsEmpty());
  Socket rest = half_closed(10);
  rest.peer = talking(9, 5000).peer;
  EXPECT_THAT(journal.take_begun(look(6, {rest})), ElementsAre(Is(closed, 9)));
  EXPECT_THAT(journal.take(look(7, {rest})), IsEmpty());
}

TEST(JournalEnds, WhereTimeWaitIsWantedAHalfClosedConnectionChanges) {
  JournalOf journal((Selection()));
  journal.take(look(1, {talking(1)}));
  EXPECT_THAT(journal.hear(ended(2, talking(1), 700)), IsEmpty());
  const auto waits = journal.take(look(3, {half_closed(1)}));
  ASSERT_THAT(waits, ElementsAre(Is(changed, 1)));
  EXPECT_EQ(waits[0].state, State::fin_wait_2);
  EXPECT_EQ(waits[0].pid, holder_pid);
  const auto lingers = journal.take(look(4, {lingering(1)}));
  ASSERT_THAT(lingers, ElementsAre(Is(changed, 1)));
  EXPECT_EQ(lingers[0].pid, holder_pid);
  EXPECT_EQ(lingers[0].sent, 700U);
  EXPECT_THAT(journal.take(look(5, {})), ElementsAre(Is(closed, 1)));
}

TEST(JournalEnds, ARowWithoutACookieIsToldOnceWithItsHolderAndItsLastCounters) {
  JournalOf journal;
  Socket row = talking(4);
  journal.take(look(1, {without_cookie(row)}));
  const auto told = journal.hear(ended(2, row, 700));
  ASSERT_THAT(told, ElementsAre(Is(closed, 0)));
  EXPECT_EQ(told[0].sent, 700U);
  EXPECT_EQ(told[0].pid, holder_pid);
  EXPECT_THAT(journal.take(look(3, {without_cookie(half_closed(4))})), IsEmpty());
  EXPECT_THAT(journal.take(look(4, {})), IsEmpty());
}

TEST(JournalEnds, ARowWithoutACookieThatALookMissedIsToldOnce) {
  JournalOf journal;
  journal.take(look(1, {without_cookie(talking(4))}));
  EXPECT_THAT(journal.take(look(2, {})), ElementsAre(Is(closed, 0)));
  EXPECT_THAT(journal.hear(ended(3, talking(4), 700)), IsEmpty());
  EXPECT_THAT(journal.take(look(4, {without_cookie(talking(5))})), ElementsAre(Is(opened, 0))) << "a new one";
  EXPECT_THAT(journal.hear(ended(5, talking(5), 700)), ElementsAre(Is(closed, 0)));
  EXPECT_THAT(journal.take(look(6, {without_cookie(talking(6))})), ElementsAre(Is(opened, 0))) << "and another";
}

TEST(JournalEnds, TimeWaitIsAChangeAlsoWithoutCookies) {
  JournalOf journal((Selection()));
  journal.take(look(1, {without_cookie(talking(4))}));
  EXPECT_THAT(journal.hear(ended(2, talking(4), 700)), IsEmpty());
  const auto told = journal.take(look(3, {without_cookie(lingering(4))}));
  ASSERT_THAT(told, ElementsAre(Is(changed, 0)));
  EXPECT_EQ(told[0].pid, holder_pid);
  EXPECT_EQ(told[0].sent, 700U);
  EXPECT_THAT(journal.take(look(4, {without_cookie(lingering(4))})), IsEmpty());
  EXPECT_THAT(journal.take(look(5, {})), ElementsAre(Is(closed, 0)));
}

/// SO_REUSEPORT: which of them ended, the next look tells.
TEST(JournalEnds, OfRowsThatNothingTellsApartTheNextLookTells) {
  Socket first = fake::listener("0.0.0.0", 80);
  first.inode = 4;
  Socket second = first;
  second.inode = 5;
  JournalOf journal;
  journal.take(look(1, {first, second}));
  Socket announced = first;
  announced.cookie = 9;
  EXPECT_THAT(journal.hear(ended(2, announced)), IsEmpty());
  EXPECT_THAT(journal.take(look(3, {second})), ElementsAre(Is(closed, 0)));
  announced.cookie = 10;
  EXPECT_THAT(journal.hear(ended(4, announced)), ElementsAre(Is(closed, 0)));
}

/// The next look may be an hour away.
TEST(JournalEnds, NotMoreAnnouncementsWaitThanMemoryIsThoughtFor) {
  JournalOf journal((Selection()));
  journal.take(look(1, {}));
  constexpr std::uint64_t many = 40000;
  std::size_t told = 0;
  for (std::uint64_t cookie = 1; cookie <= many; ++cookie) told += journal.hear(ended(2, talking(cookie))).size();
  EXPECT_GT(told, 0U);
  EXPECT_EQ(told + journal.take(look(3, {})).size(), many);
}

}  // namespace
