// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "support/asking.hpp"
#include "support/netlink_rows.hpp"
#include "support/printers.hpp"
#include "support/sockets.hpp"

namespace {

using fake::Asking;
using fake::bytes_of;
using fake::end;
using fake::inet_row;
using fake::InetRow;
using fake::with;
using portscope::EnumSet;
using portscope::Family;
using portscope::Need;
using portscope::Socket;
using portscope::State;
using portscope::Transport;
using testing::SizeIs;

/// The socket that one row of a TCP dump becomes.
Socket parsed_inet(const fake::Row& row) {
  Asking asking;
  asking.diag.script(AF_INET, fake::both_at_once, {{{row}}});
  const auto pass = asking.dump(Transport::tcp);
  EXPECT_THAT(pass.rows, SizeIs(1));
  return pass.rows.at(0);
}

InetRow row_in_state(std::uint8_t state) {
  InetRow row;
  row.local = "10.0.0.1";
  row.local_port = 80;
  row.peer = "10.0.0.9";
  row.peer_port = 4000;
  row.state = state;
  return row;
}

std::string memory_info(std::size_t words, std::uint32_t drops) {
  std::string payload;
  for (std::size_t i = 0; i < words; ++i) payload += bytes_of(std::uint32_t{i == SK_MEMINFO_DROPS ? drops : 1000});
  return payload;
}

TEST(InetDiag, AnIpv4ListenerIsReadWhole) {
  InetRow row;
  row.local = "127.0.0.1";
  row.local_port = 8080;
  row.inode = 777;
  row.cookie = 0x1122334455667788;
  row.uid = 33;
  row.recv_queue = 3;
  row.send_queue = 128;
  row.interface = 2;
  const Socket socket = parsed_inet(inet_row(row));
  EXPECT_EQ(socket.transport, Transport::tcp);
  EXPECT_EQ(socket.family, Family::ipv4);
  EXPECT_EQ(socket.state, State::listen);
  EXPECT_EQ(socket.state_id, 10);
  EXPECT_EQ(std::get<portscope::Endpoint>(socket.local), end("127.0.0.1", 8080));
  EXPECT_EQ(socket.peer, portscope::AnyEndpoint{});
  EXPECT_EQ(socket.inode, 777U);
  EXPECT_EQ(socket.cookie, 0x1122334455667788U);
  EXPECT_EQ(socket.uid, 33U);
  EXPECT_EQ(socket.recv_queue, 3U);
  EXPECT_EQ(socket.send_queue, 128U);
  EXPECT_EQ(socket.interface, 2U);
  EXPECT_EQ(socket.source, portscope::Source::netlink);
  EXPECT_EQ(socket.v6_only, std::nullopt);
  EXPECT_EQ(socket.cgroup, 0U);
}

TEST(InetDiag, AnIpv6ConnectionKeepsBothEnds) {
  InetRow row;
  row.local = "2001:db8::1";
  row.local_port = 22;
  row.peer = "2001:db8::2";
  row.peer_port = 50000;
  row.state = 1;
  row.inode = 1;
  const Socket socket = parsed_inet(inet_row(row));
  EXPECT_EQ(socket.family, Family::ipv6);
  EXPECT_EQ(std::get<portscope::Endpoint>(socket.peer), end("2001:db8::2", 50000));
}

TEST(InetDiag, AMappedAddressIsIpv4InAnIpv6Socket) {
  InetRow row;
  row.local = "10.0.0.1";
  row.peer = "10.0.0.2";
  row.peer_port = 9;
  row.state = 1;
  row.ipv6 = true;
  const Socket socket = parsed_inet(inet_row(row));
  EXPECT_EQ(socket.family, Family::ipv6);
  EXPECT_EQ(std::get<portscope::Endpoint>(socket.local).address, end("10.0.0.1", 0).address);
}

TEST(InetDiag, TheKernelsNumbersAreStates) {
  const std::vector<std::pair<std::uint8_t, State>> states{
      {1, State::established}, {2, State::syn_sent},  {3, State::syn_received}, {4, State::fin_wait_1},
      {5, State::fin_wait_2},  {6, State::time_wait}, {7, State::bound},        {8, State::close_wait},
      {9, State::last_ack},    {10, State::listen},   {11, State::closing},     {12, State::syn_received},
      {99, State::closed}};
  for (const auto& [number, state] : states) {
    const Socket socket = parsed_inet(inet_row(row_in_state(number)));
    EXPECT_EQ(socket.state, state);
    EXPECT_EQ(socket.state_id, number);
  }
}

TEST(InetDiag, WhatNoProcessHasHasNoUid) {
  EXPECT_EQ(parsed_inet(inet_row(row_in_state(6))).uid, std::nullopt) << "time_wait";
  EXPECT_EQ(parsed_inet(inet_row(row_in_state(3))).uid, std::nullopt) << "request";
  EXPECT_EQ(parsed_inet(inet_row(row_in_state(1))).uid, std::nullopt) << "accept queue or orphan: nobody filled it in";
  InetRow held = row_in_state(1);
  held.inode = 5;
  EXPECT_EQ(parsed_inet(inet_row(held)).uid, 0U) << "with a file, 0 is root";
}

TEST(InetDiag, V6onlyIsKnownWhenTold) {
  InetRow row;
  row.local = "::";
  EXPECT_EQ(parsed_inet(inet_row(row)).v6_only, std::nullopt);
  const Socket dual = parsed_inet(with(inet_row(row), INET_DIAG_SKV6ONLY, bytes_of(std::uint8_t{0})));
  EXPECT_EQ(dual.v6_only, false);
  EXPECT_TRUE(is_dual_stack(dual));
  const Socket only = parsed_inet(with(inet_row(row), INET_DIAG_SKV6ONLY, bytes_of(std::uint8_t{1})));
  EXPECT_EQ(only.v6_only, true);
  EXPECT_FALSE(is_dual_stack(only));
}

TEST(InetDiag, AttributesAreReadInAnyOrderAndUnknownOnesPassedOver) {
  auto row = with(inet_row({}), 9999, "from a later kernel");
  row = with(row, INET_DIAG_CGROUP_ID, bytes_of(std::uint64_t{0x100000002}));
  row = with(row, INET_DIAG_SKMEMINFO, memory_info(SK_MEMINFO_VARS, 42));
  const Socket socket = parsed_inet(row);
  EXPECT_EQ(socket.cgroup, 0x100000002U);
  EXPECT_EQ(socket.drops, 42U);
}

TEST(InetDiag, LongerMemoryInfoOfALaterKernelIsRead) {
  EXPECT_EQ(parsed_inet(with(inet_row({}), INET_DIAG_SKMEMINFO, memory_info(SK_MEMINFO_VARS + 3, 7))).drops, 7U);
}

TEST(InetDiag, MemoryInfoWithoutDropsLeavesThemUnknown) {
  EXPECT_EQ(parsed_inet(with(inet_row({}), INET_DIAG_SKMEMINFO, memory_info(SK_MEMINFO_DROPS, 0))).drops, std::nullopt)
      << "what an older kernel does not tell is not zero";
}

TEST(InetDiag, AnAttributeThatIsCutOffIsNotRead) {
  auto row = with(inet_row({}), INET_DIAG_CGROUP_ID, bytes_of(std::uint64_t{1}));
  row.resize(row.size() - 4);
  EXPECT_EQ(parsed_inet(row).cgroup, 0U);
}

TEST(InetDiag, ARowShorterThanItsStructIsPassedOver) {
  Asking asking;
  auto row = inet_row({});
  row.resize(row.size() - 1);
  asking.diag.script(AF_INET, fake::both_at_once, {{{row, {}}}});
  EXPECT_THAT(asking.dump(Transport::tcp).rows, SizeIs(0));
}

TEST(InetDiag, DatagramSocketsAreConnectedOrNot) {
  Asking asking;
  InetRow row;
  row.state = 7;
  row.inode = 1;
  asking.diag.script(AF_INET, IPPROTO_UDP, {{{inet_row(row), inet_row(row_in_state(1))}}});
  asking.diag.script(AF_INET6, IPPROTO_UDP, {{}});
  const auto pass = asking.dump(Transport::udp);
  ASSERT_THAT(pass.rows, SizeIs(2));
  EXPECT_EQ(pass.rows[0].state, State::unconnected);
  EXPECT_EQ(pass.rows[1].state, State::established);
  EXPECT_EQ(pass.rows[1].transport, Transport::udp);
}

TEST(InetDiag, TcpIsAskedOnceForBothFamilies) {
  Asking asking;
  asking.diag.script(AF_INET, fake::both_at_once, {{}});
  asking.dump(Transport::tcp);
  ASSERT_THAT(asking.diag.asked, SizeIs(1));
  EXPECT_EQ(asking.diag.asked[0].type, TCPDIAG_GETSOCK);
}

inet_diag_req_v2 request_of(const fake::Asked& asked) {
  return sys::copy_from<inet_diag_req_v2>(sys::Bytes(asked.body));
}

TEST(InetDiag, OneFamilyIsAskedAlone) {
  Asking asking;
  asking.request.selection.families = {Family::ipv6};
  asking.diag.script(AF_INET6, IPPROTO_TCP, {{}});
  EXPECT_EQ(asking.dump(Transport::tcp).error, 0);
  ASSERT_THAT(asking.diag.asked, SizeIs(1));
  EXPECT_EQ(request_of(asking.diag.asked[0]).sdiag_family, AF_INET6);
  EXPECT_EQ(request_of(asking.diag.asked[0]).sdiag_protocol, IPPROTO_TCP);
}

TEST(InetDiag, TheKernelIsAskedOnlyForTheStatesWanted) {
  Asking asking;
  asking.request.selection.families = {Family::ipv4};
  asking.request.selection.states = {State::listen, State::bound};
  asking.diag.script(AF_INET, IPPROTO_TCP, {{}});
  asking.dump(Transport::tcp);
  EXPECT_EQ(request_of(asking.diag.asked[0]).idiag_states, (1U << 10U) | (1U << 13U));
  asking.request.selection.states = {State::syn_received};
  asking.dump(Transport::tcp);
  EXPECT_EQ(request_of(asking.diag.asked[1]).idiag_states, (1U << 3U) | (1U << 12U));
}

TEST(InetDiag, HalfOpenConnectionsAreCountedByTheFirstReadingAlone) {
  Asking asking;
  asking.request.selection.families = {Family::ipv4};
  asking.request.selection.states = {State::listen};
  asking.request.needs = {Need::requests};
  asking.diag.script(AF_INET, IPPROTO_TCP, {{}});
  asking.dump(Transport::tcp, 0);
  EXPECT_EQ(request_of(asking.diag.asked[0]).idiag_states, (1U << 3U) | (1U << 10U) | (1U << 12U));
  asking.dump(Transport::tcp, 1);
  EXPECT_EQ(request_of(asking.diag.asked[1]).idiag_states, 1U << 10U);
}

TEST(InetDiag, DropsAreAskedForOnlyWhenNeeded) {
  Asking asking;
  asking.request.selection.families = {Family::ipv4};
  asking.diag.script(AF_INET, IPPROTO_TCP, {{}});
  asking.dump(Transport::tcp);
  EXPECT_EQ(request_of(asking.diag.asked[0]).idiag_ext, 0);
  asking.request.needs.insert(Need::drops);
  asking.dump(Transport::tcp);
  EXPECT_EQ(request_of(asking.diag.asked[1]).idiag_ext, 1U << (INET_DIAG_SKMEMINFO - 1U));
}

TEST(InetDiag, TimeWaitIsCountedWhenAskedAndNotWanted) {
  Asking asking;
  asking.request.selection.states.erase(State::time_wait);
  asking.request.needs.insert(Need::time_wait_count);
  asking.diag.script(AF_INET, fake::both_at_once, {{{inet_row(row_in_state(6)), inet_row(row_in_state(1))}}});
  const auto pass = asking.dump(Transport::tcp);
  EXPECT_THAT(pass.rows, SizeIs(1));
  EXPECT_EQ(pass.time_wait_left_out, 1U);
}

TEST(InetDiag, OnlyRowsInTheKernelsCounterAreCounted) {
  Asking asking;
  asking.diag.script(AF_INET, fake::both_at_once,
                     {{{inet_row(row_in_state(1)), inet_row(row_in_state(6)), inet_row(row_in_state(3)),
                        inet_row(row_in_state(7)), inet_row(row_in_state(10))}}});
  EXPECT_EQ(asking.dump(Transport::tcp).counted, 2U);
}

TEST(InetDiag, OneDatagramIsWholeTwoAreNot) {
  Asking asking;
  asking.request.selection.states = {State::listen};
  asking.diag.script(AF_INET, fake::both_at_once, {{{}, true}, {{}, false}});
  EXPECT_TRUE(asking.dump(Transport::tcp).whole);
  EXPECT_FALSE(asking.dump(Transport::tcp).whole);
}

TEST(InetDiag, BoundSocketsLieInATableOfTheirOwn) {
  Asking asking;
  asking.diag.script(AF_INET, fake::both_at_once, {{{}, true}});
  asking.request.selection.states = {State::listen, State::bound};
  EXPECT_TRUE(asking.dump(Transport::tcp).spans_tables);
  asking.request.selection.states = {State::bound};
  EXPECT_FALSE(asking.dump(Transport::tcp).spans_tables);
}

TEST(InetDiag, AnErrorOfEitherFamilyIsTheErrorOfThePass) {
  Asking asking;
  asking.diag.script(AF_INET, IPPROTO_UDP, {{}});
  asking.diag.script(AF_INET6, IPPROTO_UDP, {{{}, 1, EINTR}});
  EXPECT_EQ(asking.dump(Transport::udp).error, EINTR);
}

}  // namespace
