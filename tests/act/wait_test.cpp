// SPDX-License-Identifier: MIT
#include "act/wait.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <deque>

#include "support/fake_diag.hpp"
#include "support/netlink_rows.hpp"
#include "support/port_scene.hpp"

namespace {

using portscope::Awaited;
using portscope::Snapshot;
using portscope::WaitOrder;
using std::chrono::milliseconds;

constexpr std::uint64_t cookie = 0x100b;  // of the first socket of a OwnerScene

Snapshot nothing() { return {}; }
Snapshot listener() {
  fake::OwnerScene scene;
  scene.add(fake::listener("0.0.0.0", 8080));
  return std::move(scene.snapshot);
}

/// Looks that come one after the other; the last one again and again.
class Wait : public testing::Test {
 protected:
  Snapshot wait() {
    const act::Watch watch{diag,
                           [&](const portscope::Request& request) {
                             ++count;
                             cheap += request.needs.empty() ? 1 : 0;
                             const auto look = looks.front();
                             if (looks.size() > 1) looks.pop_front();
                             return look();
                           },
                           [&] { return now += milliseconds(1); }};
    return act::wait_for(watch, order);
  }

  Wait() { order.look.needs = {portscope::Need::owners}; }

  fake::Diag diag;
  std::deque<Snapshot (*)()> looks;
  std::chrono::steady_clock::time_point now{};
  WaitOrder order;
  int count = 0;
  int cheap = 0;
};

TEST_F(Wait, IsOverAtOnceWhenItHasHappened) {
  looks = {listener};
  EXPECT_EQ(wait().sockets.size(), 1U);
  EXPECT_EQ(count, 2) << "one cheap look, and one that shows all";
  EXPECT_EQ(cheap, 1);
}

TEST_F(Wait, LooksAgainUntilItHappens) {
  looks = {nothing, nothing, listener};
  EXPECT_EQ(wait().sockets.size(), 1U);
  EXPECT_EQ(cheap, 3);
}

TEST_F(Wait, GoesOnWhenItIsOverAgainBeforeItIsTold) {
  looks = {listener, nothing, nothing, listener};
  EXPECT_EQ(wait().sockets.size(), 1U);
  EXPECT_EQ(count, 5);
}

TEST_F(Wait, EndsInTimeWithTheLastLook) {
  order.timeout = milliseconds(20);
  looks = {nothing};
  EXPECT_TRUE(wait().sockets.empty());
  order.timeout = milliseconds(0);
  count = 0;
  wait();
  EXPECT_EQ(count, 2) << "it is looked at once, however short the time";
}

TEST_F(Wait, TheEndOfTheSocketInTheWayIsAnnounced) {
  order.awaited = Awaited::free;
  looks = {listener, nothing};
  fake::InetRow row;
  row.cookie = cookie;
  diag.announce({fake::inet_row(row)});
  EXPECT_TRUE(wait().sockets.empty());
  EXPECT_EQ(count, 3);
}

TEST_F(Wait, TheEndOfOthersIsNoReasonToLook) {
  order.awaited = Awaited::free;
  order.timeout = milliseconds(50);
  looks = {listener};
  fake::InetRow row;
  row.cookie = cookie + 1;
  diag.announce({fake::inet_row(row)});
  EXPECT_EQ(wait().sockets.size(), 1U);
  EXPECT_EQ(cheap, 2) << "the first, and the last when time was over";
}

TEST_F(Wait, WhereSomeWereLostItIsLooked) {
  order.awaited = Awaited::free;
  looks = {listener, nothing};
  diag.announce({}, ENOBUFS);
  EXPECT_TRUE(wait().sockets.empty());
  EXPECT_EQ(count, 3);
}

TEST_F(Wait, WhereNothingIsAnnouncedItIsLookedNowAndThen) {
  order.awaited = Awaited::free;
  looks = {listener, listener, nothing};
  EXPECT_TRUE(wait().sockets.empty());
  EXPECT_EQ(cheap, 3);
}

}  // namespace
