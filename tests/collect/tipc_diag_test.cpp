// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/tipc_netlink.h>
#include <linux/tipc_sockets_diag.h>
#include <sys/socket.h>

#include <cerrno>

#include "portscope/detail_types.hpp"
#include "support/asking.hpp"
#include "support/kernel_message.hpp"
#include "support/printers.hpp"

namespace {

using fake::Asking;
using fake::bytes_of;
using fake::nested;
using fake::with;
using portscope::DetailId;
using portscope::DetailKind;
using portscope::Socket;
using portscope::State;
using portscope::TipcEndpoint;
using portscope::TipcInfo;
using portscope::Transport;
using testing::IsEmpty;
using testing::SizeIs;

std::string number(std::uint32_t value) { return bytes_of(value); }

/// What tipc_sk_fill_sock_diag() of net/tipc/socket.c puts into TIPC_NLA_SOCK.
std::string tipc_connection() {
  const std::string peer = nested({{TIPC_NLA_CON_NODE, number(0x1001002)},
                                   {TIPC_NLA_CON_SOCK, number(4000000000)},
                                   {TIPC_NLA_CON_FLAG, ""},
                                   {TIPC_NLA_CON_TYPE, number(18888)},
                                   {TIPC_NLA_CON_INST, number(17)}});
  const std::string statistics = nested({{TIPC_NLA_SOCK_STAT_RCVQ, number(5)},
                                         {TIPC_NLA_SOCK_STAT_SENDQ, number(6)},
                                         {TIPC_NLA_SOCK_STAT_LINK_CONG, ""},
                                         {TIPC_NLA_SOCK_STAT_CONN_CONG, ""},
                                         {TIPC_NLA_SOCK_STAT_DROP, number(7)}});
  return nested({{TIPC_NLA_SOCK_REF, number(2222)},
                 {TIPC_NLA_SOCK_ADDR, number(0x1001001)},
                 {TIPC_NLA_SOCK_CON, peer},
                 {TIPC_NLA_SOCK_HAS_PUBL, ""},
                 {TIPC_NLA_SOCK_TYPE, number(SOCK_SEQPACKET)},
                 {TIPC_NLA_SOCK_TIPC_STATE, number(1)},
                 {TIPC_NLA_SOCK_INO, number(777)},
                 {TIPC_NLA_SOCK_UID, number(33)},
                 {TIPC_NLA_SOCK_PAD, ""},
                 {TIPC_NLA_SOCK_COOKIE, bytes_of(std::uint64_t{0x2200000011})},
                 {TIPC_NLA_SOCK_STAT, statistics}});
}

fake::Row row_with(const std::string& nest) { return with({}, TIPC_NLA_SOCK, nest); }

collect::Pass dumped_tipc(Asking& asking, const std::vector<fake::Row>& rows) {
  asking.diag.script(AF_TIPC, 0, {{rows}});
  return asking.dump(Transport::tipc);
}

TEST(TipcDiag, AConnectionIsReadWhole) {
  Asking asking;
  const Socket socket = dumped_tipc(asking, {row_with(tipc_connection())}).rows.at(0);
  EXPECT_EQ(socket.transport, Transport::tipc);
  EXPECT_EQ(socket.family, portscope::Family::tipc);
  EXPECT_EQ(socket.type, portscope::SocketType::seqpacket);
  EXPECT_EQ(socket.state, State::established);
  EXPECT_EQ(socket.state_id, 1);
  EXPECT_EQ(std::get<TipcEndpoint>(socket.local), (TipcEndpoint{0x1001001, 2222}));
  EXPECT_EQ(std::get<TipcEndpoint>(socket.peer), (TipcEndpoint{0x1001002, 4000000000}));
  EXPECT_EQ(socket.inode, 777U);
  EXPECT_EQ(socket.uid, 33U);
  EXPECT_EQ(socket.cookie, 0x2200000011U);
  EXPECT_EQ(socket.recv_queue, 5U);
  EXPECT_EQ(socket.send_queue, 6U);
  EXPECT_EQ(socket.drops, 7U);
}

TEST(TipcDiag, ServiceAndCongestionAreKept) {
  Asking asking;
  const Socket socket = dumped_tipc(asking, {row_with(tipc_connection())}).rows.at(0);
  const auto info = asking.details.value<TipcInfo>(socket.details, DetailKind::tipc);
  ASSERT_TRUE(info);
  EXPECT_EQ(info->connection_type, 18888U);
  EXPECT_EQ(info->connection_instance, 17U);
  EXPECT_TRUE(info->published);
  EXPECT_TRUE(info->link_congested);
  EXPECT_TRUE(info->connection_congested);
}

TEST(TipcDiag, FlagsThatAreNotThereAreNotSet) {
  Asking asking;
  const Socket socket = dumped_tipc(asking, {row_with(nested({{TIPC_NLA_SOCK_REF, number(1)}}))}).rows.at(0);
  const auto info = asking.details.value<TipcInfo>(socket.details, DetailKind::tipc);
  ASSERT_TRUE(info);
  EXPECT_FALSE(info->published || info->link_congested || info->connection_congested);
  EXPECT_EQ(info->connection_type, 0U);
  EXPECT_EQ(socket.peer, portscope::AnyEndpoint{});
  EXPECT_EQ(socket.uid, std::nullopt);
  EXPECT_EQ(socket.recv_queue, std::nullopt);
  EXPECT_EQ(socket.drops, std::nullopt);
}

// net/tipc/socket.c borrows the numbers of TCP.
TEST(TipcDiag, TheKernelsNumbersAreStates) {
  for (const auto& [id, state] :
       {std::pair{1U, State::established}, std::pair{2U, State::syn_sent}, std::pair{7U, State::unconnected},
        std::pair{8U, State::close_wait}, std::pair{10U, State::listen}, std::pair{99U, State::closed}}) {
    Asking asking;
    const auto row = row_with(nested({{TIPC_NLA_SOCK_TIPC_STATE, number(id)}}));
    EXPECT_EQ(dumped_tipc(asking, {row}).rows.at(0).state, state) << id;
  }
}

TEST(TipcDiag, AttributesOfALaterKernelArePassedOver) {
  Asking asking;
  const std::string group = nested({{TIPC_NLA_SOCK_GROUP_ID, number(9)}});
  const auto row = row_with(nested({{TIPC_NLA_SOCK_GROUP, group}, {99, "x"}, {TIPC_NLA_SOCK_INO, number(777)}}));
  const Socket socket = dumped_tipc(asking, {row}).rows.at(0);
  EXPECT_EQ(socket.inode, 777U);
}

TEST(TipcDiag, WhatIsNoSocketGivesNone) {
  Asking asking;
  const auto pass = dumped_tipc(asking, {{}, with({}, TIPC_NLA_LINK, tipc_connection())});
  EXPECT_THAT(pass.rows, IsEmpty());
}

TEST(TipcDiag, EveryStateIsAskedFor) {
  Asking asking;
  dumped_tipc(asking, {});
  const auto request = sys::copy_from<tipc_sock_diag_req>(sys::Bytes(asking.diag.asked.at(0).body));
  EXPECT_EQ(request.sdiag_family, AF_TIPC);
  EXPECT_EQ(request.sdiag_protocol, 0);
  EXPECT_EQ(request.tidiag_states, UINT32_MAX);
}

TEST(TipcDiag, ARowCutAnywhereIsNone) {
  Asking asking;
  const auto rows = fake::beginnings_of(row_with(tipc_connection()));
  EXPECT_THAT(dumped_tipc(asking, rows).rows, SizeIs(1)) << "only the whole one has its attribute";
}

TEST(TipcDiag, ANestCutAnywhereIsReadNoFurther) {
  Asking asking;
  const std::string whole = tipc_connection();
  std::vector<fake::Row> rows;
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    // Exactly as long as it says, or the padding would lie behind it.
    auto row = row_with(whole.substr(0, size));
    row.resize(4 + size);
    rows.emplace_back(row.begin(), row.end());
  }
  EXPECT_THAT(dumped_tipc(asking, rows).rows, SizeIs(rows.size()));
}

TEST(TipcDiag, WhatIsNotWantedLeavesNothingBehind) {
  Asking asking;
  asking.request.selection.states = {State::listen};
  EXPECT_THAT(dumped_tipc(asking, {row_with(tipc_connection())}).rows, IsEmpty());
  EXPECT_EQ(asking.details.add({}, DetailKind::mark, {}), DetailId{1}) << "the first detail of all";
}

TEST(TipcDiag, AnErrorIsThePasss) {
  Asking asking;
  EXPECT_EQ(asking.dump(Transport::tipc).error, ENOENT);
}

}  // namespace
