// SPDX-License-Identifier: MIT
// An observer reads a table once under churn, and asks for what it knew and does not see.
#include "collect/table_memory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include <algorithm>
#include <numeric>

#include "collect/memory.hpp"
#include "collect/take_snapshot.hpp"
#include "support/asking.hpp"
#include "support/netlink_rows.hpp"

namespace {

using portscope::Snapshot;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

fake::InetRow talking_row(std::uint64_t cookie) {
  return fake::connected_row(cookie, static_cast<std::uint16_t>(cookie));
}

/// A table that never comes in one piece, looked at again and again.
struct Churning {
  fake::Asking asking;
  collect::Memory memory;
  std::size_t dumps = 0;
  std::size_t lookups = 0;
  fake::Reply found{{}, true, ENOENT};

  Churning() { asking.request.selection.transports = {portscope::Transport::tcp}; }

  std::vector<std::uint64_t> look(const std::vector<std::uint64_t>& cookies) {
    fake::Reply reply;
    reply.in_one_piece = false;
    for (const std::uint64_t cookie : cookies) reply.rows.push_back(fake::inet_row(talking_row(cookie)));
    fake::Diag diag;
    diag.script(AF_INET, fake::both_at_once, {reply});
    diag.script_lookup(found);
    const sys::Proc proc = asking.tree.open();
    const Snapshot snapshot = collect::take_snapshot(asking.request, {diag, proc}, {{}, {}}, &memory);
    dumps = diag.asked.size();
    lookups = diag.looked_up.size();
    std::vector<std::uint64_t> shown;
    for (const auto& socket : snapshot.sockets) shown.push_back(socket.cookie);
    return shown;
  }
};

TEST(TableMemory, TheFirstLookReadsTwice) {
  Churning churning;
  EXPECT_THAT(churning.look({1, 2}), UnorderedElementsAre(1, 2));
  EXPECT_EQ(churning.dumps, 2U);
}

TEST(TableMemory, LaterOnesReadOnce) {
  Churning churning;
  churning.look({1, 2});
  EXPECT_THAT(churning.look({1, 2, 3}), UnorderedElementsAre(1, 2, 3));
  EXPECT_EQ(churning.dumps, 1U);
  EXPECT_EQ(churning.lookups, 0U) << "all that were known are there";
}

TEST(TableMemory, WhatIsMissingIsAskedForByItself) {
  Churning churning;
  churning.look({1, 2});
  churning.found = {{fake::inet_row(talking_row(2))}, true, 0};
  EXPECT_THAT(churning.look({1, 3}), UnorderedElementsAre(1, 2, 3));
  EXPECT_EQ(churning.dumps, 1U);
  EXPECT_GE(churning.lookups, 1U);
}

TEST(TableMemory, InWhateverOrderTheyCome) {
  Churning churning;
  std::vector<std::uint64_t> cookies(40);
  std::iota(cookies.begin(), cookies.end(), 1);
  churning.look(cookies);
  std::reverse(cookies.begin(), cookies.end());
  EXPECT_THAT(churning.look(cookies), SizeIs(40));
  EXPECT_EQ(churning.lookups, 0U) << "all that were known are there";
  cookies.erase(cookies.begin() + 20);
  churning.look(cookies);
  EXPECT_EQ(churning.lookups, 1U);
}

TEST(TableMemory, WhatHasEndedIsGone) {
  Churning churning;
  churning.look({1, 2});
  EXPECT_THAT(churning.look({1}), UnorderedElementsAre(1));
  EXPECT_EQ(churning.dumps, 1U);
}

TEST(TableMemory, AnotherSocketWithItsEndsIsNotTheSame) {
  Churning churning;
  churning.look({1, 2});
  auto successor = talking_row(2);
  successor.cookie = 9;
  churning.found = {{fake::inet_row(successor)}, true, 0};
  EXPECT_THAT(churning.look({1}), UnorderedElementsAre(1));
}

TEST(TableMemory, AnotherQuestionIsReadTwice) {
  Churning churning;
  churning.look({1, 2});
  churning.asking.request.selection.states.erase(portscope::State::close_wait);
  churning.look({1, 2});
  EXPECT_EQ(churning.dumps, 2U);
}

TEST(TableMemory, WhereTheKernelWillNotLookUpItIsReadTwice) {
  Churning churning;
  churning.look({1, 2});
  churning.found = {{}, true, EPERM};
  EXPECT_THAT(churning.look({1}), UnorderedElementsAre(1));
  EXPECT_EQ(churning.dumps, 2U);
}

}  // namespace
