// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <linux/netlink_diag.h>
#include <sys/socket.h>

#include <cerrno>

#include "portscope/kernel_structs.hpp"
#include "support/asking.hpp"
#include "support/kernel_message.hpp"
#include "support/printers.hpp"

namespace {

using fake::Asking;
using fake::bytes_of;
using fake::with;
using portscope::DetailKind;
using portscope::Need;
using portscope::NetlinkEndpoint;
using portscope::Socket;
using portscope::State;
using portscope::Transport;
using testing::ElementsAre;
using testing::SizeIs;

netlink_diag_msg netlink_message() {
  netlink_diag_msg message{};
  message.ndiag_family = AF_NETLINK;
  message.ndiag_type = SOCK_DGRAM;
  message.ndiag_protocol = NETLINK_GENERIC;
  message.ndiag_portid = 4000000000;
  message.ndiag_ino = 777;
  message.ndiag_cookie[0] = 0x11;
  message.ndiag_cookie[1] = 0x22;
  return message;
}

fake::Row full_netlink_row() {
  std::string memory;
  for (std::uint32_t i = 0; i < 9; ++i) memory += bytes_of(100 + i);
  auto row = with(fake::row_of(netlink_message()), NETLINK_DIAG_MEMINFO, memory);
  row = with(row, NETLINK_DIAG_GROUPS, bytes_of(std::uint32_t{5}) + bytes_of(std::uint32_t{1}));
  return with(row, NETLINK_DIAG_FLAGS, bytes_of(std::uint32_t{NDIAG_FLAG_NO_ENOBUFS}));
}

collect::Pass dumped_netlink(Asking& asking, const std::vector<fake::Row>& rows) {
  asking.diag.script(AF_NETLINK, NDIAG_PROTO_ALL, {{rows}});
  return asking.dump(Transport::netlink);
}

Socket parsed_netlink(const fake::Row& row) {
  Asking asking;
  return dumped_netlink(asking, {row}).rows.at(0);
}

TEST(NetlinkDiag, ASocketIsReadWhole) {
  const Socket socket = parsed_netlink(full_netlink_row());
  EXPECT_EQ(socket.transport, Transport::netlink);
  EXPECT_EQ(socket.family, portscope::Family::netlink);
  EXPECT_EQ(socket.state, State::unconnected);
  EXPECT_EQ(socket.type, portscope::SocketType::datagram);
  EXPECT_EQ(std::get<NetlinkEndpoint>(socket.local), (NetlinkEndpoint{4000000000, 0, NETLINK_GENERIC}));
  EXPECT_EQ(socket.peer, portscope::AnyEndpoint{});
  EXPECT_EQ(socket.inode, 777U);
  EXPECT_EQ(socket.cookie, 0x2200000011U);
  EXPECT_EQ(socket.recv_queue, 100U);
  EXPECT_EQ(socket.drops, 108U);
  EXPECT_EQ(socket.uid, std::nullopt) << "the kernel does not tell";
}

TEST(NetlinkDiag, AConnectedOneHasAPeerAndItsGroup) {
  auto connected = netlink_message();
  connected.ndiag_state = 1;
  connected.ndiag_dst_portid = 812;
  connected.ndiag_dst_group = 3;
  const Socket socket = parsed_netlink(fake::row_of(connected));
  EXPECT_EQ(socket.state, State::established);
  EXPECT_EQ(socket.state_id, 1);
  EXPECT_EQ(std::get<NetlinkEndpoint>(socket.peer), (NetlinkEndpoint{812, 3, NETLINK_GENERIC}));
}

TEST(NetlinkDiag, ThePortOfTheKernelIsAPeerToo) {
  auto connected = netlink_message();
  connected.ndiag_state = 1;
  EXPECT_EQ(std::get<NetlinkEndpoint>(parsed_netlink(fake::row_of(connected)).peer).port_id, 0U);
}

TEST(NetlinkDiag, GroupsAndFlagsAreKeptMemoryWhenAskedFor) {
  Asking asking;
  const Socket socket = dumped_netlink(asking, {full_netlink_row()}).rows.at(0);
  EXPECT_THAT(asking.details.list<std::uint32_t>(socket.details, DetailKind::netlink_groups), ElementsAre(5, 1));
  const auto flags = asking.details.find(socket.details, DetailKind::netlink_flags);
  ASSERT_TRUE(flags);
  EXPECT_EQ(value_of(DetailKind::netlink_flags, "no_enobufs", *flags), 1U);
  EXPECT_FALSE(asking.details.find(socket.details, DetailKind::memory));

  Asking again;
  again.request.needs = {Need::memory};
  EXPECT_TRUE(again.details.find(dumped_netlink(again, {full_netlink_row()}).rows.at(0).details, DetailKind::memory));
}

TEST(NetlinkDiag, AllProtocolsAreAskedForAtOnce) {
  Asking asking;
  dumped_netlink(asking, {});
  const auto request = sys::copy_from<netlink_diag_req>(sys::Bytes(asking.diag.asked.at(0).body));
  EXPECT_EQ(request.sdiag_family, AF_NETLINK);
  EXPECT_EQ(request.sdiag_protocol, NDIAG_PROTO_ALL);
  EXPECT_EQ(request.ndiag_show, std::uint32_t{NDIAG_SHOW_MEMINFO | NDIAG_SHOW_GROUPS | NDIAG_SHOW_FLAGS});
}

TEST(NetlinkDiag, ARowCutAnywhereIsReadNoFurther) {
  Asking asking;
  asking.request.needs = {Need::memory};
  const auto rows = fake::beginnings_of(full_netlink_row());
  const auto pass = dumped_netlink(asking, rows);
  EXPECT_THAT(pass.rows, SizeIs(rows.size() - sizeof(netlink_diag_msg)));
  EXPECT_EQ(pass.counted, pass.rows.size());
}

TEST(NetlinkDiag, AnErrorIsThePasss) {
  Asking asking;
  asking.diag.script(AF_NETLINK, NDIAG_PROTO_ALL, {{{full_netlink_row()}, true, EINTR}});
  EXPECT_EQ(asking.dump(Transport::netlink).error, EINTR);
}

}  // namespace
