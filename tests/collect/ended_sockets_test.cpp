// SPDX-License-Identifier: MIT
#include "collect/ended_sockets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/inet_diag.h>
#include <netinet/in.h>

#include <cerrno>

#include "support/fake_diag.hpp"
#include "support/netlink_rows.hpp"

namespace {

using collect::Announcements;
using portscope::DetailKind;
using portscope::Snapshot;
using portscope::Transport;
using testing::IsEmpty;
using testing::SizeIs;

fake::Row row(std::uint8_t protocol) {
  fake::InetRow facts = fake::connected_row(99, 4000);
  facts.state = 7;
  facts.send_queue = UINT32_MAX;  // as the kernel says of a UDP socket that ended
  return fake::with(fake::inet_row(facts), INET_DIAG_PROTOCOL, fake::bytes_of(protocol));
}

Snapshot taken(fake::Diag& diag) {
  Announcements announcements(diag);
  Snapshot snapshot;
  announcements.take(snapshot);
  return snapshot;
}

TEST(EndedSockets, HaveTheirEndsCookieAndLastCounters) {
  fake::Diag diag;
  diag.announce({fake::with(row(IPPROTO_TCP), INET_DIAG_INFO, "counters")});
  const Snapshot snapshot = taken(diag);
  ASSERT_THAT(snapshot.sockets, SizeIs(1));
  const auto& socket = snapshot.sockets[0];
  EXPECT_EQ(socket.transport, Transport::tcp);
  EXPECT_EQ(socket.state, portscope::State::closed) << "7 is a bound socket in a dump";
  EXPECT_EQ(socket.owner_status, portscope::OwnerStatus::gone);
  EXPECT_EQ(socket.cookie, 99U);
  EXPECT_EQ(port_of(socket.local), 80U);
  EXPECT_EQ(port_of(socket.peer), 4000U);
  EXPECT_FALSE(socket.send_queue);
  EXPECT_EQ(snapshot.details.text(socket.details, DetailKind::tcp_info), "counters");
  EXPECT_THAT(snapshot.gaps, IsEmpty());
}

TEST(EndedSockets, OfUdpHaveNoCounters) {
  fake::Diag diag;
  diag.announce({fake::with(row(IPPROTO_UDP), INET_DIAG_INFO, "nonsense")});
  const Snapshot snapshot = taken(diag);
  ASSERT_THAT(snapshot.sockets, SizeIs(1));
  EXPECT_EQ(snapshot.sockets[0].transport, Transport::udp);
  EXPECT_EQ(snapshot.sockets[0].details, portscope::DetailId::none);
}

TEST(EndedSockets, ThatWereLostAreAGapWithTheirNumber) {
  fake::Diag diag;
  diag.announce({row(IPPROTO_TCP)}, ENOBUFS);
  Announcements announcements(diag);
  Snapshot snapshot;
  announcements.take(snapshot);
  EXPECT_THAT(snapshot.sockets, SizeIs(1)) << "the others still count";
  ASSERT_THAT(snapshot.gaps, SizeIs(1));
  EXPECT_EQ(snapshot.gaps[0].why, "ENOBUFS");
  EXPECT_EQ(snapshot.gaps[0].count, 1U);
  announcements.take(snapshot);
  EXPECT_THAT(snapshot.gaps, SizeIs(1)) << "they are told once";
}

TEST(EndedSockets, OfAKernelThatDoesNotTellAreOneGap) {
  fake::Diag diag;
  Announcements announcements(diag);
  EXPECT_EQ(announcements.descriptor(), -1);
  Snapshot snapshot;
  announcements.take(snapshot);
  announcements.take(snapshot);
  ASSERT_THAT(snapshot.gaps, SizeIs(1));
  EXPECT_EQ(snapshot.gaps[0].why, "EPERM");
}

TEST(EndedSockets, AMessageThatIsTooShortIsNone) {
  fake::Diag diag;
  diag.announce({fake::Row(10)});
  EXPECT_THAT(taken(diag).sockets, IsEmpty());
}

}  // namespace
