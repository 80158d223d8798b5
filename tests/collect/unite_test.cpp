// SPDX-License-Identifier: MIT
#include "collect/unite.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "support/sockets.hpp"

namespace {

using collect::Completeness;
using collect::Pass;
using collect::read_until_complete;
using collect::TableState;
using collect::Turn;
using portscope::Socket;
using testing::ElementsAre;
using testing::SizeIs;
using testing::UnorderedElementsAre;

constexpr std::uint32_t newest = 100000;  // what was there when the reading began

Socket numbered(std::uint32_t inode, std::uint64_t cookie = 0) {
  Socket socket = fake::listener("127.0.0.1", static_cast<std::uint16_t>(inode));
  socket.inode = inode;
  socket.cookie = cookie;
  return socket;
}

Pass pass_of(std::vector<Socket> rows) {
  Pass pass;
  pass.counted = rows.size();
  for (const Socket& socket : rows) pass.has_new = pass.has_new || socket.inode > newest;
  pass.rows = std::move(rows);
  return pass;
}

/// Hands out the passes one after the other, the last again and again.
struct Reader {
  std::vector<Pass> passes;
  std::size_t readings = 0;

  Pass read_with(const Completeness& completeness) {
    return read_until_complete([&](const Turn&) { return passes[std::min(readings++, passes.size() - 1)]; },
                               completeness);
  }
};

std::vector<std::uint32_t> inodes(const Pass& pass) {
  std::vector<std::uint32_t> result;
  for (const Socket& socket : pass.rows) result.push_back(socket.inode);
  return result;
}

Completeness with_newest(std::uint32_t inode = newest) {
  Completeness completeness;
  completeness.inodes_so_far = [inode] { return sys::InodesSoFar({inode}); };
  return completeness;
}

Completeness counting(std::vector<std::uint64_t> counts, std::size_t& asked) {
  Completeness completeness = with_newest();
  completeness.state = [counts = std::move(counts), &asked]() -> std::optional<TableState> {
    return TableState{counts[std::min(asked++, counts.size() - 1)], 0};
  };
  return completeness;
}

TEST(Unite, OnePieceIsEnough) {
  Reader reader{{pass_of({numbered(1)})}};
  reader.passes[0].whole = true;
  EXPECT_THAT(inodes(reader.read_with({})), ElementsAre(1));
  EXPECT_EQ(reader.readings, 1U);
}

TEST(Unite, SeveralTablesInOnePieceAreEnoughOnlyWhereNothingMoved) {
  std::size_t asked = 0;
  const auto piece = [] {
    Reader reader{{pass_of({numbered(1)})}};
    reader.passes[0].whole = true;
    reader.passes[0].spans_tables = true;
    return reader;
  };
  Reader still = piece();
  still.read_with(counting({70, 70}, asked));
  EXPECT_EQ(still.readings, 1U) << "though the kernel counts others, which the filter leaves out";
  asked = 0;
  Reader moved = piece();
  moved.read_with(counting({70, 71}, asked));
  EXPECT_EQ(moved.readings, 2U);
  Reader untold = piece();
  untold.read_with({});
  EXPECT_EQ(untold.readings, 2U);
}

/// Enough for it to pay to find out which inode is the newest.
std::vector<Socket> a_hundred() {
  std::vector<Socket> rows;
  for (std::uint32_t inode = 1; inode <= 100; ++inode) rows.push_back(numbered(inode));
  return rows;
}

TEST(Unite, OnePassIsEnoughWhenTheKernelCountsAsManyBeforeAndAfterAndNoneIsNew) {
  std::size_t asked = 0;
  Reader reader{{pass_of(a_hundred())}};
  EXPECT_THAT(reader.read_with(counting({100}, asked)).rows, SizeIs(100));
  EXPECT_EQ(reader.readings, 1U);
  EXPECT_EQ(asked, 2U);
}

TEST(Unite, NoCpuIsVisitedForACountThatCannotBeReached) {
  std::size_t asked = 0;
  std::size_t visits = 0;
  Completeness completeness = counting({100}, asked);
  completeness.compares_counts = false;
  completeness.inodes_so_far = [&] { return ++visits, sys::InodesSoFar({newest}); };
  Reader reader{{pass_of(a_hundred())}};
  reader.passes[0].whole = true;
  reader.passes[0].spans_tables = true;
  EXPECT_THAT(reader.read_with(completeness).rows, SizeIs(100));
  EXPECT_EQ(reader.readings, 1U);
  EXPECT_EQ(visits, 0U);
}

TEST(Unite, ANewSocketMayStandForOneThatWasMissed) {
  std::size_t asked = 0;
  auto rows = a_hundred();
  rows[50] = numbered(newest + 1);
  Reader reader{{pass_of(rows), pass_of(a_hundred())}};
  EXPECT_THAT(reader.read_with(counting({100}, asked)).rows, SizeIs(101));
}

TEST(Unite, ACountThatMovedProvesNothing) {
  std::size_t asked = 0;
  Reader before{{pass_of({numbered(1), numbered(2)})}};
  before.read_with(counting({3, 2}, asked));
  EXPECT_EQ(before.readings, 2U);
  asked = 0;
  Reader after{{pass_of({numbered(1), numbered(2)})}};
  after.read_with(counting({2, 3}, asked));
  EXPECT_EQ(after.readings, 2U);
}

TEST(Unite, AsManySocketsProveNothingWhenConnectionsCameMeanwhile) {
  std::uint64_t opened = 0;
  Completeness completeness;
  completeness.state = [&]() -> std::optional<TableState> { return TableState{2, ++opened}; };
  Reader reader{{pass_of({numbered(1), numbered(3)}), pass_of({numbered(1), numbered(2)})}};
  EXPECT_THAT(inodes(reader.read_with(completeness)), UnorderedElementsAre(1, 2, 3));
}

TEST(Unite, WhereTheRuleIsNotEnoughTwoPassesMustShowTheSameTable) {
  Completeness completeness;
  completeness.prove = true;
  Reader moving{{pass_of({numbered(1)}), pass_of({numbered(2)}), pass_of({numbered(3)}), pass_of({numbered(3)})}};
  for (std::size_t i = 0; i < moving.passes.size(); ++i) moving.passes[i].fingerprint = std::min<std::uint64_t>(i, 2);
  const Pass pass = moving.read_with(completeness);
  EXPECT_FALSE(pass.unsettled);
  EXPECT_EQ(moving.readings, 4U);
  EXPECT_THAT(inodes(pass), UnorderedElementsAre(1, 2, 3));
}

TEST(Unite, ATableThatNeverStandsStillIsUnsettled) {
  Completeness completeness;
  completeness.prove = true;
  std::uint64_t fingerprint = 0;
  const Pass pass = read_until_complete(
      [&](const Turn&) {
        Pass moved = pass_of({numbered(1)});
        moved.fingerprint = ++fingerprint;
        return moved;
      },
      completeness);
  EXPECT_TRUE(pass.unsettled);
}

TEST(Unite, AForgedRowMustShowInEveryPassButAContradictionOnce) {
  for (const bool contradiction : {false, true}) {
    Reader reader{{pass_of({numbered(1)}), pass_of({numbered(1)})}};
    reader.passes[0].forged = true;
    reader.passes[0].contradiction = contradiction;
    EXPECT_EQ(reader.read_with({}).forged, contradiction);
  }
}

TEST(Unite, TheRightCountWithARepeatIsAMissedRow) {
  std::size_t asked = 0;
  Reader reader{{pass_of({numbered(1), numbered(1)}), pass_of({numbered(1), numbered(2)})}};
  EXPECT_THAT(inodes(reader.read_with(counting({2}, asked))), UnorderedElementsAre(1, 2));
}

TEST(Unite, RepeatsWithinAPassAreOneSocket) {
  Reader reader{{pass_of({numbered(1), numbered(2), numbered(1)})}};
  EXPECT_THAT(inodes(reader.read_with({})), UnorderedElementsAre(1, 2));
}

TEST(Unite, WhatOnePassMissedTheOtherBrings) {
  Reader reader{{pass_of({numbered(1), numbered(2)}), pass_of({numbered(2), numbered(3)})}};
  EXPECT_THAT(inodes(reader.read_with({})), UnorderedElementsAre(1, 2, 3));
  EXPECT_EQ(reader.readings, 2U);
}

TEST(Unite, AsManyPassesAsTheTableNeeds) {
  Reader reader{{pass_of({numbered(1)})}};
  Completeness completeness;
  completeness.passes = 6;
  reader.read_with(completeness);
  EXPECT_EQ(reader.readings, 6U);
}

TEST(Unite, TheLaterLookIsTheTruerOne) {
  Socket later = numbered(1);
  later.state = portscope::State::established;
  Reader reader{{pass_of({numbered(1)}), pass_of({later})}};
  EXPECT_EQ(reader.read_with({}).rows.at(0).state, portscope::State::established);
}

TEST(Unite, TheCookieIsTheIdentityWhereThereIsOne) {
  Reader reader{{pass_of({numbered(0, 11), numbered(0, 12)}), pass_of({numbered(0, 12), numbered(0, 11)})}};
  EXPECT_THAT(reader.read_with({}).rows, SizeIs(2));
}

TEST(Unite, WithoutANumberTheConnectionIsTheIdentity) {
  const Socket one = fake::connection(fake::end("10.0.0.1", 1), fake::end("10.0.0.2", 2));
  const Socket other = fake::connection(fake::end("10.0.0.1", 1), fake::end("10.0.0.2", 3));
  Reader reader{{pass_of({one, other}), pass_of({other, one})}};
  EXPECT_THAT(reader.read_with({}).rows, SizeIs(2));
}

TEST(Unite, WithoutANumberAndAPeerTheLocalEndsTellSocketsApart) {
  Reader reader{{pass_of({fake::listener("127.0.0.1", 1), fake::listener("127.0.0.1", 2)})}};
  EXPECT_THAT(reader.read_with({}).rows, SizeIs(2));
}

TEST(Unite, AnErrorInTheFirstPassIsTheAnswer) {
  Reader reader{{pass_of({})}};
  reader.passes[0].error = EPERM;
  EXPECT_EQ(reader.read_with({}).error, EPERM);
  EXPECT_EQ(reader.readings, 1U);
}

TEST(Unite, AnErrorInALaterPassVoidsThemAll) {
  Reader reader{{pass_of({numbered(1)}), pass_of({})}};
  reader.passes[1].error = EINTR;
  const Pass pass = reader.read_with({});
  EXPECT_EQ(pass.error, EINTR);
  EXPECT_THAT(pass.rows, SizeIs(0));
}

TEST(Unite, ASocketThatWasThereWasMissedSoAnotherPassFollows) {
  Reader reader{{pass_of({numbered(1)}), pass_of({numbered(1), numbered(newest)})}};
  reader.read_with(with_newest());
  EXPECT_EQ(reader.readings, 3U);
}

TEST(Unite, ANewSocketWasNotMissed) {
  Reader reader{{pass_of({numbered(1)}), pass_of({numbered(1), numbered(newest + 1)})}};
  reader.read_with(with_newest());
  EXPECT_EQ(reader.readings, 2U);
}

TEST(Unite, InodesWrapAround) {
  Reader reader{{pass_of({}), pass_of({numbered(4294960000)})}};
  reader.read_with(with_newest(10));
  EXPECT_EQ(reader.readings, 3U);
}

TEST(Unite, ItEndsHoweverBusyTheMachine) {
  std::size_t readings = 0;
  const Pass pass = read_until_complete(
      [&](const Turn&) {
        ++readings;
        return pass_of({numbered(static_cast<std::uint32_t>(readings))});
      },
      with_newest());
  EXPECT_LE(readings, 10U);
  EXPECT_THAT(pass.rows, SizeIs(readings));
}

}  // namespace
