// SPDX-License-Identifier: MIT
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/inet_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "support/asking.hpp"
#include "support/kernel_message.hpp"
#include "support/printers.hpp"
#include "support/sockets.hpp"

namespace {

using fake::Asking;
using fake::bytes_of;
using fake::end;
using fake::with;
using portscope::DetailKind;
using portscope::Endpoint;
using portscope::Family;
using portscope::Need;
using portscope::Socket;
using portscope::State;
using portscope::Transport;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

/// One struct sockaddr_storage of INET_DIAG_LOCALS or INET_DIAG_PEERS.
std::string address(const char* text, std::uint16_t port) {
  sockaddr_storage storage{};
  if (std::string_view(text).find(':') == std::string_view::npos) {
    sockaddr_in four{};
    four.sin_family = AF_INET;
    four.sin_port = htons(port);
    ::inet_pton(AF_INET, text, &four.sin_addr);
    std::memcpy(&storage, &four, sizeof four);
  } else {
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(port);
    ::inet_pton(AF_INET6, text, &six.sin6_addr);
    std::memcpy(&storage, &six, sizeof six);
  }
  return bytes_of(storage);
}

fake::InetRow facts(std::uint8_t state) {
  fake::InetRow row;
  row.local = "10.0.0.1";
  row.local_port = 5000;
  row.state = state;
  row.inode = 777;
  row.cookie = 0x2200000011;
  row.uid = 33;
  return row;
}

fake::Row endpoint(std::uint8_t state) {
  return with(inet_row(facts(state)), INET_DIAG_LOCALS, address("10.0.0.1", 0));
}

fake::Row association_row(std::uint8_t state) {
  auto row = facts(state);
  row.peer = "10.0.0.9";
  row.peer_port = 6000;
  row.recv_queue = 5;
  row.send_queue = 6;
  const auto message = with(inet_row(row), INET_DIAG_LOCALS, address("10.0.0.1", 5000) + address("fd00::1", 0));
  return with(message, INET_DIAG_PEERS, address("10.0.0.9", 6000) + address("fd00::9", 6000));
}

collect::Pass dumped_sctp(Asking& asking, const std::vector<fake::Row>& rows) {
  asking.diag.script(AF_INET, IPPROTO_SCTP, {{rows}});
  asking.diag.script(AF_INET6, IPPROTO_SCTP, {{}});
  return asking.dump(Transport::sctp);
}

Socket parsed_sctp(const fake::Row& row) {
  Asking asking;
  return dumped_sctp(asking, {row}).rows.at(0);
}

TEST(SctpDiag, AnAssociationIsReadWhole) {
  constexpr std::uint8_t established = 3;  // SCTP_STATE_ESTABLISHED; to TCP a request without a user
  const Socket socket = parsed_sctp(association_row(established));
  EXPECT_EQ(socket.transport, Transport::sctp);
  EXPECT_EQ(socket.family, Family::ipv4);
  EXPECT_EQ(socket.state, State::established);
  EXPECT_EQ(socket.state_id, established);
  EXPECT_EQ(std::get<Endpoint>(socket.local), end("10.0.0.1", 5000));
  EXPECT_EQ(std::get<Endpoint>(socket.peer), end("10.0.0.9", 6000));
  EXPECT_EQ(socket.inode, 777U);
  EXPECT_EQ(socket.cookie, 0x2200000011U);
  EXPECT_EQ(socket.recv_queue, 5U);
  EXPECT_EQ(socket.send_queue, 6U);
}

TEST(SctpDiag, AnAssociationHasItsUserInEveryState) {
  for (std::uint8_t state = 0; state <= 7; ++state)
    EXPECT_EQ(parsed_sctp(association_row(state)).uid, 33U) << int{state};
  EXPECT_EQ(parsed_sctp(endpoint(10)).uid, 33U);
}

TEST(SctpDiag, WhatBelongsToNoFileHasNoUser) {
  auto orphan = facts(5);
  orphan.inode = 0;
  orphan.uid = 0;
  const auto row = with(inet_row(orphan), INET_DIAG_PEERS, address("10.0.0.9", 6000));
  EXPECT_EQ(parsed_sctp(row).uid, std::nullopt) << "0 because nobody filled it in";
}

TEST(SctpDiag, AllAddressesHaveThePortsOfTheirEnds) {
  Asking asking;
  const Socket socket = dumped_sctp(asking, {association_row(3)}).rows.at(0);
  EXPECT_THAT(asking.details.list<Endpoint>(socket.details, DetailKind::sctp_locals),
              ElementsAre(end("10.0.0.1", 5000), end("fd00::1", 5000)));
  EXPECT_THAT(asking.details.list<Endpoint>(socket.details, DetailKind::sctp_peers),
              ElementsAre(end("10.0.0.9", 6000), end("fd00::9", 6000)));
}

TEST(SctpDiag, AddressesOfUnknownFamiliesArePassedOver) {
  Asking asking;
  const auto row = with(inet_row(facts(10)), INET_DIAG_LOCALS,
                        std::string(sizeof(sockaddr_storage), '\x7f') + address("10.0.0.2", 0) + "half of one");
  const Socket socket = dumped_sctp(asking, {row}).rows.at(0);
  EXPECT_THAT(asking.details.list<Endpoint>(socket.details, DetailKind::sctp_locals),
              ElementsAre(end("10.0.0.2", 5000)));
}

TEST(SctpDiag, AnEndpointHasNoPeerAndTheStateOfASocket) {
  auto row = facts(10);
  row.peer = "10.0.0.9";  // net/sctp/diag.c fills in what it has
  row.peer_port = 6000;
  const Socket socket = parsed_sctp(inet_row(row));
  EXPECT_EQ(socket.state, State::listen);
  EXPECT_EQ(socket.peer, portscope::AnyEndpoint{});
}

TEST(SctpDiag, ACarryingEndpointIsItsAssociation) {
  Asking asking;
  const auto pass = dumped_sctp(asking, {endpoint(1), association_row(3)});
  ASSERT_THAT(pass.rows, SizeIs(1));
  EXPECT_EQ(pass.rows[0].state_id, 3);
}

TEST(SctpDiag, InternalsAreKeptWhenAskedFor) {
  const auto row = with(association_row(3), INET_DIAG_INFO, std::string(368, 'i'));
  Asking asking;
  EXPECT_FALSE(asking.details.find(dumped_sctp(asking, {row}).rows.at(0).details, DetailKind::sctp_info));
  Asking again;
  again.request.needs = {Need::tcp_info};
  const auto info = again.details.find(dumped_sctp(again, {row}).rows.at(0).details, DetailKind::sctp_info);
  ASSERT_TRUE(info);
  EXPECT_THAT(*info, SizeIs(368));
}

TEST(SctpDiag, EachFamilyIsAskedForAllStates) {
  Asking asking;
  dumped_sctp(asking, {});
  ASSERT_THAT(asking.diag.asked, SizeIs(2));
  const auto request = sys::copy_from<inet_diag_req_v2>(sys::Bytes(asking.diag.asked[1].body));
  EXPECT_EQ(request.sdiag_family, AF_INET6);
  EXPECT_EQ(request.sdiag_protocol, IPPROTO_SCTP);
  EXPECT_EQ(request.idiag_states, UINT32_MAX) << "states are an association's or a socket's: filtered here";

  Asking only_six;
  only_six.request.selection.families = {Family::ipv6};
  dumped_sctp(only_six, {});
  EXPECT_THAT(only_six.diag.asked, SizeIs(1));
}

TEST(SctpDiag, AnErrorOfEitherFamilyVoidsThePass) {
  Asking asking;
  asking.diag.script(AF_INET, IPPROTO_SCTP, {{{association_row(3)}}});
  asking.diag.script(AF_INET6, IPPROTO_SCTP, {{{}, true, EINTR}});
  const auto pass = asking.dump(Transport::sctp);
  EXPECT_EQ(pass.error, EINTR);
  EXPECT_THAT(pass.rows, IsEmpty());
}

TEST(SctpDiag, ARowCutAnywhereIsReadNoFurther) {
  const fake::Row whole = with(association_row(3), INET_DIAG_INFO, std::string(368, 'i'));
  Asking asking;
  asking.request.needs = {Need::tcp_info};
  std::vector<fake::Reply> replies;
  for (const fake::Row& row : fake::beginnings_of(whole)) replies.push_back({{row}});
  asking.diag.script(AF_INET, IPPROTO_SCTP, replies);
  asking.diag.script(AF_INET6, IPPROTO_SCTP, {{}});
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    const std::size_t expected = size < sizeof(inet_diag_msg) ? 0 : 1;
    ASSERT_THAT(asking.dump(Transport::sctp).rows, SizeIs(expected)) << size;
  }
}

}  // namespace
