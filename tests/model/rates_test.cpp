// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/tcp.h>

#include "portscope/changes.hpp"
#include "support/sockets.hpp"

namespace {

using portscope::DetailKind;
using portscope::RateMeter;
using portscope::Snapshot;
using portscope::Socket;
using portscope::State;
using portscope::Time;

constexpr std::uint64_t cookie = 7;

struct Counted {
  std::uint64_t sent = 0;
  std::uint64_t received = 0;
  std::uint32_t retransmits = 0;
};

/// A connection that had counted so much so many seconds after the beginning.
Snapshot after(int seconds, const Counted& counted) {
  tcp_info info{};
  info.tcpi_bytes_sent = counted.sent;
  info.tcpi_bytes_received = counted.received;
  info.tcpi_total_retrans = counted.retransmits;
  Snapshot snapshot;
  snapshot.time = Time(std::chrono::seconds(seconds));
  Socket socket = fake::connection(fake::end("10.0.0.1", 80), fake::end("10.0.0.2", 4000));
  socket.cookie = cookie;
  socket.details = snapshot.details.add_value(socket.details, DetailKind::tcp_info, info);
  snapshot.sockets = {socket};
  return snapshot;
}

TEST(Rates, AreWhatCountersGrewByInTheTimeBetween) {
  RateMeter meter;
  meter.take(after(1, {1000, 50, 1}), 1);
  EXPECT_FALSE(meter.of(after(1, {}).sockets[0])) << "one look tells none";
  meter.take(after(3, {5000, 50, 2}), 1);
  const auto rate = meter.of(after(3, {}).sockets[0]);
  ASSERT_TRUE(rate);
  EXPECT_DOUBLE_EQ(rate->sent, 2000);
  EXPECT_DOUBLE_EQ(rate->received, 0);
  EXPECT_DOUBLE_EQ(rate->retransmits, 0.5);
}

TEST(Rates, HaveAHistoryWithTheLatestLast) {
  RateMeter meter;
  for (int second = 1; second <= 4; ++second) {
    const auto sum = static_cast<std::uint64_t>(second * second * 100);
    meter.take(after(second, {sum, 0, 0}), 1);
  }
  const auto* history = meter.history_of(after(4, {}).sockets[0]);
  ASSERT_NE(history, nullptr);
  EXPECT_THAT(*history, testing::ElementsAre(0, 0, 0, 0, 0, 300, 500, 700));
}

TEST(Rates, ASocketWithoutCountersHasNone) {
  RateMeter meter;
  Snapshot snapshot = after(1, {});
  snapshot.sockets[0].details = portscope::DetailId::none;
  meter.take(snapshot, 1);
  snapshot.time += std::chrono::seconds(1);
  meter.take(snapshot, 1);
  EXPECT_FALSE(meter.of(snapshot.sockets[0]));
  EXPECT_EQ(meter.history_of(snapshot.sockets[0]), nullptr);
}

TEST(Rates, AClockThatWasSetBackTellsNothing) {
  RateMeter meter;
  meter.take(after(5, {}), 1);
  meter.take(after(2, {1000, 0, 0}), 1);
  EXPECT_FALSE(meter.of(after(2, {}).sockets[0]));
}

TEST(Rates, CountersThatWentBackAreNoNegativeRate) {
  RateMeter meter;
  meter.take(after(1, {1000, 0, 0}), 1);
  meter.take(after(2, {10, 0, 0}), 1);
  EXPECT_DOUBLE_EQ(meter.of(after(2, {}).sockets[0])->sent, 0);
}

TEST(Rates, AListenerTellsHowManyItRefuses) {
  RateMeter meter;
  for (const std::uint32_t second : {1U, 2U}) {
    Snapshot snapshot;
    snapshot.time = Time(std::chrono::seconds(second));
    snapshot.sockets = {fake::listener("0.0.0.0", 80)};
    snapshot.sockets[0].cookie = cookie;
    snapshot.sockets[0].drops = second * 30;
    meter.take(snapshot, 1);
    if (second == 2) {
      EXPECT_DOUBLE_EQ(meter.of(snapshot.sockets[0])->refused, 30);
    }
  }
}

TEST(Rates, WhoIsGoneIsForgotten) {
  RateMeter meter;
  meter.take(after(1, {}), 1);
  meter.take(after(2, {}), 1);
  meter.take(after(3, {}), 0);
  EXPECT_FALSE(meter.of(after(3, {}).sockets[0]));
}

}  // namespace
