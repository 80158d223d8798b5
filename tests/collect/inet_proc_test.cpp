// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <set>

#include "support/asking.hpp"
#include "support/golden.hpp"
#include "support/printers.hpp"
#include "support/sockets.hpp"

namespace {

using fake::Asking;
using fake::end;
using portscope::Endpoint;
using portscope::Family;
using portscope::Socket;
using portscope::State;
using portscope::Transport;
using testing::SizeIs;

const std::string inet_heading = "  sl  local_address rem_address   st ...\n";

/// The tables that a kernel 6.18 printed for sockets opened for the purpose.
collect::Pass recorded(Transport transport, Asking& asking) {
  for (const auto file : fake::family_of(transport).files) asking.tree.recorded_net(std::string(file));
  return asking.scan(transport);
}

const Socket& at(const collect::Pass& pass, const Endpoint& local) {
  for (const Socket& socket : pass.rows) {
    if (std::get<Endpoint>(socket.local) == local) return socket;
  }
  throw std::runtime_error("no socket at port " + std::to_string(local.port));
}

const Socket& between(const collect::Pass& pass, const Endpoint& local, const Endpoint& peer) {
  for (const Socket& socket : pass.rows) {
    if (five_tuple(socket) == portscope::FiveTuple{socket.transport, local, peer}) return socket;
  }
  throw std::runtime_error("no such connection");
}

TEST(InetProc, ARealTcpTableIsReadWhole) {
  Asking asking;
  const auto pass = recorded(Transport::tcp, asking);
  EXPECT_EQ(pass.error, 0);
  EXPECT_TRUE(pass.whole);
  EXPECT_THAT(pass.rows, SizeIs(18));
  EXPECT_EQ(pass.counted, 15U) << "all but two time_wait and a request";

  const Socket& listener = at(pass, end("0.0.0.0", 8080));
  EXPECT_EQ(listener.state, State::listen);
  EXPECT_EQ(listener.state_id, 10);
  EXPECT_EQ(listener.family, Family::ipv4);
  EXPECT_EQ(listener.source, portscope::Source::proc);
  EXPECT_EQ(listener.inode, 243621U);
  EXPECT_EQ(listener.uid, 0U);
  EXPECT_EQ(listener.recv_queue, 1U) << "one waits to be accepted";
  EXPECT_EQ(listener.peer, portscope::AnyEndpoint{});
  EXPECT_EQ(listener.drops, std::nullopt) << "a TCP table does not tell";
  EXPECT_EQ(at(pass, end("::1", 631)).family, Family::ipv6);
  EXPECT_EQ(at(pass, end("::", 8443)).v6_only, std::nullopt);
}

TEST(InetProc, MappedAddressesAreIpv4) {
  Asking asking;
  const auto pass = recorded(Transport::tcp, asking);
  const Socket& server = between(pass, end("127.0.0.1", 8443), end("127.0.0.1", 40002));
  EXPECT_EQ(server.family, Family::ipv6);
  EXPECT_EQ(between(pass, end("127.0.0.1", 40002), end("127.0.0.1", 8443)).family, Family::ipv4);
}

TEST(InetProc, QueuesAreReadInTheirOrder) {
  Asking asking;
  const auto pass = recorded(Transport::tcp, asking);
  const Socket& server = between(pass, end("127.0.0.1", 8080), end("127.0.0.1", 40001));
  EXPECT_EQ(server.recv_queue, 5U) << "hello";
  EXPECT_EQ(server.send_queue, 0U);
}

TEST(InetProc, ShortLinesOfMiniSocketsHaveNeitherUidNorInode) {
  Asking asking;
  const auto pass = recorded(Transport::tcp, asking);
  const Socket& old = between(pass, end("127.0.0.1", 40005), end("127.0.0.1", 8080));
  EXPECT_EQ(old.state, State::time_wait);
  EXPECT_EQ(old.inode, 0U);
  EXPECT_EQ(old.uid, std::nullopt);
  const Socket& request = between(pass, end("127.0.0.1", 7000), end("127.0.0.1", 40007));
  EXPECT_EQ(request.state, State::syn_received);
  EXPECT_EQ(request.uid, std::nullopt);
}

TEST(InetProc, WhatWaitsToBeAcceptedHasNoUid) {
  Asking asking;
  const auto pass = recorded(Transport::tcp, asking);
  const Socket& waiting = between(pass, end("127.0.0.1", 8080), end("127.0.0.1", 40008));
  EXPECT_EQ(waiting.state, State::established);
  EXPECT_EQ(waiting.inode, 0U);
  EXPECT_EQ(waiting.uid, std::nullopt);
}

TEST(InetProc, HalfClosedConnectionsAreTold) {
  Asking asking;
  const auto pass = recorded(Transport::tcp, asking);
  EXPECT_EQ(between(pass, end("127.0.0.1", 8080), end("127.0.0.1", 40004)).state, State::fin_wait_2);
  EXPECT_EQ(between(pass, end("127.0.0.1", 40004), end("127.0.0.1", 8080)).state, State::close_wait);
}

TEST(InetProc, ARealUdpTableTellsUsersAndDrops) {
  Asking asking;
  const auto pass = recorded(Transport::udp, asking);
  EXPECT_THAT(pass.rows, SizeIs(4));
  const Socket& mdns = at(pass, end("0.0.0.0", 5353));
  EXPECT_EQ(mdns.state, State::unconnected);
  EXPECT_EQ(mdns.uid, 33U);
  EXPECT_EQ(mdns.drops, 0U);
  EXPECT_EQ(at(pass, end("::1", 5001)).state, State::established);
}

TEST(InetProc, RawSocketsHaveTheirProtocolForAPort) {
  Asking asking;
  const auto pass = recorded(Transport::raw, asking);
  ASSERT_THAT(pass.rows, SizeIs(2));
  EXPECT_EQ(std::get<Endpoint>(pass.rows[0].local).port, 89);
  EXPECT_EQ(std::get<Endpoint>(pass.rows[1].local).port, 58);
  EXPECT_EQ(pass.rows[0].state, State::unconnected);
}

TEST(InetProc, UdpLiteHasATableOfItsOwn) {
  Asking asking;
  const auto pass = recorded(Transport::udplite, asking);
  ASSERT_THAT(pass.rows, SizeIs(1));
  EXPECT_EQ(pass.rows[0].transport, Transport::udplite);
}

// The kernel lists an IPv4 ping socket in /proc/net/icmp6 once more, as `::`.
TEST(InetProc, APingSocketIsThereExactlyOnce) {
  Asking asking;
  const auto pass = recorded(Transport::icmp, asking);
  std::multiset<std::uint32_t> inodes;
  for (const Socket& socket : pass.rows) inodes.insert(socket.inode);
  EXPECT_EQ(inodes.count(243645), 1U) << "of the IPv4 socket";
  EXPECT_EQ(inodes.count(243646), 1U) << "of the IPv6 socket";
  EXPECT_EQ(at(pass, end("127.0.0.1", 4242)).family, Family::ipv4);
}

TEST(InetProc, DroppedDatagramsAreCounted) {
  Asking asking;
  asking.tree.net("udp", inet_heading +
                             " 1: 0100007F:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 "
                             "17 2 0000000000000000 4096 \n");
  asking.tree.net("udp6", inet_heading);
  const auto pass = asking.scan(Transport::udp);
  ASSERT_THAT(pass.rows, SizeIs(1));
  EXPECT_EQ(pass.rows[0].drops, 4096U);
}

TEST(InetProc, ATableOfAnotherShapeIsAnErrorNotAnEmptyTable) {
  const std::string good =
      " 0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 17 1 0 100 0 0 10 0\n";
  const std::vector<std::string> bad{
      "nonsense\n",
      " 0: 0100007F 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 17\n",
      " 0: 0100007G:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 17\n",
      " 0: 0100007F:11F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 17\n",
      " 0: 0100007F:1F90 00000000:0000 XX 00000000:00000000 00:00000000 00000000 0 0 17\n",
      " 0: 0100007F:1F90 00000000:0000 0A 00000000 00:00000000 00000000 0 0 17\n",
      " 0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0\n",
      " 0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 -1\n",
      "\n",
  };
  for (const std::string& line : bad) {
    Asking asking;
    asking.tree.net("tcp", inet_heading + good + line).net("tcp6", inet_heading);
    EXPECT_EQ(asking.scan(Transport::tcp).error, EPROTO) << line;
  }
}

TEST(InetProc, AKernelWithoutIpv6HasNoSecondTable) {
  Asking asking;
  asking.tree.recorded_net("tcp");
  const auto pass = asking.scan(Transport::tcp);
  EXPECT_EQ(pass.error, 0);
  EXPECT_THAT(pass.rows, SizeIs(12));
}

TEST(InetProc, WithoutTheFirstTableThereIsNoAnswer) {
  Asking asking;
  asking.tree.recorded_net("tcp6");
  EXPECT_EQ(asking.scan(Transport::tcp).error, ENOENT);
}

TEST(InetProc, OnlyTheFamilyAskedForIsRead) {
  Asking asking;
  asking.request.selection.families = {Family::ipv6};
  const auto pass = recorded(Transport::tcp, asking);
  EXPECT_THAT(pass.rows, SizeIs(6));
}

TEST(InetProc, MoreThanAPageIsNotReadInOnePiece) {
  Asking asking;
  std::string table = inet_heading;
  for (int i = 0; i < 40; ++i) {
    table += " 0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 17 1 0 100 0 0 10 0\n";
  }
  table.resize(4096, ' ');  // a last line of blanks would be of another shape
  table.resize(table.rfind('\n') + 1);
  asking.tree.net("tcp", table).net("tcp6", inet_heading);
  EXPECT_TRUE(asking.scan(Transport::tcp).whole);
  asking.tree.net("tcp", table + table.substr(inet_heading.size()));
  EXPECT_FALSE(asking.scan(Transport::tcp).whole);
}

}  // namespace
