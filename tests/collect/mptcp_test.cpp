// SPDX-License-Identifier: MIT
#include "collect/mptcp.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/inet_diag.h>
#include <linux/mptcp.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>

#include "portscope/detail_types.hpp"
#include "support/asking.hpp"
#include "support/kernel_message.hpp"
#include "support/printers.hpp"
#include "support/sockets.hpp"

namespace {

using fake::Asking;
using fake::end;
using portscope::DetailKind;
using portscope::Family;
using portscope::Snapshot;
using portscope::Socket;
using portscope::State;
using portscope::Subflow;
using portscope::Transport;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

/// The number that an attribute of a request carries.
std::optional<std::uint32_t> protocol_attribute(const fake::Asked& asked, std::size_t fixed_part) {
  auto rest = sys::Bytes(asked.body).subspan(fixed_part);
  const auto attribute = sys::next_attribute(rest);
  if (!attribute || attribute->type != INET_DIAG_REQ_PROTOCOL || attribute->payload.size() != 4) return std::nullopt;
  return sys::copy_from<std::uint32_t>(attribute->payload);
}

TEST(MptcpRequest, ItsNumberGoesIntoAnAttributeBecauseEightBitsOfItAreTcp) {
  Asking asking;
  asking.diag.script(AF_INET, IPPROTO_MPTCP, {{}});
  EXPECT_EQ(asking.dump(Transport::mptcp).error, 0);
  ASSERT_THAT(asking.diag.asked, SizeIs(1));
  EXPECT_EQ(asking.diag.asked[0].type, TCPDIAG_GETSOCK);
  EXPECT_EQ(protocol_attribute(asking.diag.asked[0], sizeof(inet_diag_req)), std::uint32_t{IPPROTO_MPTCP});
}

TEST(MptcpRequest, OfOneFamilyTheProtocolFieldIsZero) {
  Asking asking;
  asking.request.selection.families = {Family::ipv6};
  asking.diag.script(AF_INET6, 0, {{}});
  EXPECT_EQ(asking.dump(Transport::mptcp).error, 0);
  ASSERT_THAT(asking.diag.asked, SizeIs(1));
  const auto request = sys::copy_from<inet_diag_req_v2>(sys::Bytes(asking.diag.asked[0].body));
  EXPECT_EQ(asking.diag.asked[0].type, SOCK_DIAG_BY_FAMILY);
  EXPECT_EQ(request.sdiag_family, AF_INET6);
  EXPECT_EQ(request.sdiag_protocol, 0) << "a kernel that ignores the attribute must not answer for TCP";
  EXPECT_EQ(protocol_attribute(asking.diag.asked[0], sizeof(inet_diag_req_v2)), std::uint32_t{IPPROTO_MPTCP});
}

TEST(MptcpRequest, TheOthersHaveNoAttribute) {
  Asking asking;
  asking.diag.script(AF_INET, fake::both_at_once, {{}});
  asking.dump(Transport::tcp);
  ASSERT_THAT(asking.diag.asked, SizeIs(1));
  EXPECT_THAT(asking.diag.asked[0].body, SizeIs(sizeof(inet_diag_req)));
}

// Before Linux 5.9 no attribute but the byte code is known.
TEST(MptcpRequest, AnOldKernelSaysInvalidAndMeansThatThereAreNone) {
  Asking asking;
  asking.diag.script(AF_INET, IPPROTO_MPTCP, {{{}, true, EINVAL}});
  asking.diag.script(AF_INET, fake::both_at_once, {{{}, true, EINVAL}});
  EXPECT_EQ(asking.dump(Transport::mptcp).error, ENOENT);
  EXPECT_EQ(asking.dump(Transport::tcp).error, EINVAL) << "which TCP means as it is said";
  asking.diag.refuse_all(EINVAL);
  asking.request.selection.families = {Family::ipv6};
  EXPECT_EQ(asking.dump(Transport::mptcp).error, ENOENT);
}

TEST(MptcpRequest, ClosedSocketsAreNoBoundOnes) {
  fake::InetRow row;
  row.state = 7;
  row.inode = 1;
  Asking asking;
  asking.diag.script(AF_INET, IPPROTO_MPTCP, {{{inet_row(row)}}});
  const auto pass = asking.dump(Transport::mptcp);
  ASSERT_THAT(pass.rows, SizeIs(1));
  EXPECT_EQ(pass.rows[0].transport, Transport::mptcp);
  EXPECT_EQ(pass.rows[0].state, State::closed);
}

Socket mptcp(std::uint32_t inode, std::uint64_t cookie) {
  Socket socket = fake::connection(end("10.0.0.1", 40000), end("10.0.0.9", 80));
  socket.transport = Transport::mptcp;
  socket.inode = inode;
  socket.cookie = cookie;
  return socket;
}

fake::InetRow tcp(const char* local, std::uint32_t inode, std::uint64_t cookie) {
  fake::InetRow row;
  row.local = local;
  row.local_port = 40000;
  row.peer = "10.0.0.9";
  row.peer_port = 80;
  row.state = 1;
  row.inode = inode;
  row.cookie = cookie;
  return row;
}

/// What the first look at TCP showed of that row.
Socket tcp_socket(std::uint32_t inode, std::uint64_t cookie) {
  Socket socket = fake::connection(end("10.0.0.1", 40000), end("10.0.0.9", 80));
  socket.inode = inode;
  socket.cookie = cookie;
  return socket;
}

/// A snapshot before its subflows are joined, and the TCP table that is read for that.
struct Joining {
  Asking asking;
  Snapshot snapshot;

  explicit Joining(const std::vector<Socket>& sockets) { snapshot.sockets = sockets; }

  void join(const std::vector<fake::Row>& table) {
    asking.diag.script(AF_INET, fake::both_at_once, {{table}});
    join();
  }
  void join() {
    const sys::Proc proc = asking.tree.open();
    const collect::Question question{{asking.diag, proc}, asking.request, snapshot.strings, snapshot.details};
    collect::join_subflows(question, snapshot);
  }
  [[nodiscard]] std::vector<Subflow> subflows_of(std::size_t row) const {
    return snapshot.details.list<Subflow>(snapshot.sockets.at(row).details, DetailKind::subflows);
  }
};

TEST(JoinSubflows, AConnectionAndWhatCarriesItAreOneEntry) {
  auto wifi = tcp("10.0.1.1", 7, 102);
  wifi.interface = 3;
  wifi.state = 4;
  Joining joining({tcp_socket(7, 101), mptcp(7, 100), tcp_socket(8, 103)});
  joining.join({inet_row(tcp("10.0.0.1", 7, 101)), inet_row(wifi), inet_row(tcp("10.0.0.1", 8, 103))});
  const auto& sockets = joining.snapshot.sockets;
  ASSERT_THAT(sockets, SizeIs(2));
  EXPECT_EQ(sockets[0].transport, Transport::mptcp);
  EXPECT_EQ(sockets[1].inode, 8U) << "carries nothing";
  const auto subflows = joining.subflows_of(0);
  ASSERT_THAT(subflows, SizeIs(2));
  EXPECT_EQ(subflows[0].local, end("10.0.0.1", 40000));
  EXPECT_EQ(subflows[0].cookie, 101U);
  EXPECT_EQ(subflows[1].local, end("10.0.1.1", 40000));
  EXPECT_EQ(subflows[1].peer, end("10.0.0.9", 80));
  EXPECT_EQ(subflows[1].interface, 3U);
  EXPECT_EQ(subflows[1].state, State::fin_wait_1);
}

TEST(JoinSubflows, AListenerCarriesAListenerWhichTellsWhatWasRefused) {
  fake::InetRow row;
  row.local_port = 80;
  row.inode = 7;
  row.cookie = 101;
  std::string memory;
  for (std::uint32_t i = 0; i < 9; ++i) memory += fake::bytes_of(100 + i);
  Socket listener = mptcp(7, 100);
  listener.state = State::listen;
  listener.drops = 0;
  Joining joining({listener});
  joining.join({fake::with(inet_row(row), INET_DIAG_SKMEMINFO, memory)});
  const auto subflows = joining.subflows_of(0);
  ASSERT_THAT(subflows, SizeIs(1));
  EXPECT_EQ(subflows[0].peer, std::nullopt);
  EXPECT_EQ(subflows[0].state, State::listen);
  EXPECT_EQ(joining.snapshot.sockets[0].drops, 108U);
}

TEST(JoinSubflows, TheTokenTellsWhereTheInodeDoesNot) {
  const std::string subflow = fake::nested({{MPTCP_SUBFLOW_ATTR_TOKEN_LOC, fake::bytes_of(std::uint32_t{0xa1a2a3a4})}});
  const auto with_token = [&](fake::InetRow row) {
    return fake::with(inet_row(row), INET_DIAG_ULP_INFO, fake::nested({{INET_ULP_INFO_MPTCP, subflow}}));
  };
  mptcp_info info{};
  info.mptcpi_token = 0xa1a2a3a4;
  Joining joining({mptcp(7, 100), mptcp(8, 200)});
  auto& told = joining.snapshot.sockets[0];
  told.details = joining.snapshot.details.add_value(told.details, DetailKind::mptcp_info, info);
  joining.join({with_token(tcp("10.0.0.1", 0, 101)), with_token(tcp("10.0.0.2", 8, 102))});
  ASSERT_THAT(joining.subflows_of(0), SizeIs(2)) << "not accepted yet, and by another's inode";
  EXPECT_THAT(joining.subflows_of(1), IsEmpty());
}

TEST(JoinSubflows, SubflowsAreFoundWhateverTheQuestionWas) {
  Joining joining({mptcp(7, 100)});
  joining.asking.request.selection.transports = {Transport::mptcp};
  joining.asking.request.selection.states = {State::established};
  joining.asking.request.selection.families = {Family::ipv6};
  auto closing = tcp("10.0.0.1", 7, 101);
  closing.state = 5;
  joining.join({inet_row(closing)});
  EXPECT_THAT(joining.subflows_of(0), SizeIs(1));
}

TEST(JoinSubflows, EachGetsItsOwn) {
  Joining joining({mptcp(7, 100), mptcp(8, 200), mptcp(9, 300)});
  joining.join({inet_row(tcp("10.0.0.1", 7, 101)), inet_row(tcp("10.0.0.2", 8, 102))});
  ASSERT_THAT(joining.snapshot.sockets, SizeIs(3));
  EXPECT_EQ(joining.subflows_of(0).at(0).cookie, 101U);
  EXPECT_EQ(joining.subflows_of(1).at(0).cookie, 102U);
  EXPECT_THAT(joining.subflows_of(2), IsEmpty());
}

TEST(JoinSubflows, WhatBelongsToNoFileIsNobodys) {
  Joining joining({tcp_socket(0, 101), mptcp(0, 100), mptcp(7, 200)});
  joining.join({inet_row(tcp("10.0.0.1", 0, 101))});
  EXPECT_THAT(joining.snapshot.sockets, SizeIs(3));
  EXPECT_THAT(joining.subflows_of(1), IsEmpty());
}

TEST(JoinSubflows, WithoutMptcpNobodyAsks) {
  Joining joining({tcp_socket(7, 101)});
  joining.join({});
  EXPECT_THAT(joining.snapshot.sockets, SizeIs(1));
  EXPECT_THAT(joining.asking.diag.asked, IsEmpty());
}

TEST(JoinSubflows, AnUnreadableTcpTableIsAGapUnlessItWasToldAlready) {
  Joining joining({mptcp(7, 100)});
  joining.asking.diag.refuse_all(EPERM);
  joining.asking.request.selection.transports = {Transport::mptcp};
  joining.join();
  EXPECT_THAT(joining.snapshot.sockets, SizeIs(1));
  EXPECT_THAT(joining.snapshot.gaps, Not(IsEmpty()));

  Joining both({mptcp(7, 100)});
  both.asking.diag.refuse_all(EPERM);
  both.join();
  EXPECT_THAT(both.snapshot.gaps, IsEmpty());
}

TEST(JoinSubflows, DetailsOfTheSecondLookAtTcpAreNotKept) {
  Joining joining({mptcp(7, 100)});
  joining.join({fake::with(inet_row(tcp("10.0.0.1", 7, 101)), INET_DIAG_INFO, std::string(280, 'i'))});
  const auto last = joining.snapshot.details.add({}, DetailKind::mark, {});
  EXPECT_LT(static_cast<std::uint32_t>(last), 280U / 8) << "ids count in units of 8 bytes";
}

}  // namespace
