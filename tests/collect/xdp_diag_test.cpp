// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/xdp_diag.h>
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
using portscope::Socket;
using portscope::State;
using portscope::Transport;
using testing::SizeIs;

fake::Row bare_row() {
  xdp_diag_msg message{};
  message.xdiag_family = AF_XDP;
  message.xdiag_type = SOCK_RAW;
  message.xdiag_ino = 777;
  message.xdiag_cookie[0] = 0x11;
  message.xdiag_cookie[1] = 0x22;
  return fake::row_of(message);
}

fake::Row full_xdp_row() {
  xdp_diag_umem umem{};
  umem.size = 1U << 20U;
  umem.flags = XDP_DU_F_ZEROCOPY;
  xdp_diag_stats stats{};
  stats.n_rx_dropped = 5;
  std::string memory;
  for (std::uint32_t i = 0; i < 9; ++i) memory += bytes_of(100 + i);
  auto row = with(bare_row(), XDP_DIAG_INFO, bytes_of(xdp_diag_info{2, 3}));
  row = with(row, XDP_DIAG_UID, bytes_of(std::uint32_t{33}));
  row = with(row, XDP_DIAG_RX_RING, bytes_of(xdp_diag_ring{64}));
  row = with(row, XDP_DIAG_TX_RING, bytes_of(xdp_diag_ring{128}));
  row = with(row, XDP_DIAG_UMEM, bytes_of(umem));
  row = with(row, XDP_DIAG_UMEM_FILL_RING, bytes_of(xdp_diag_ring{256}));
  row = with(row, XDP_DIAG_UMEM_COMPLETION_RING, bytes_of(xdp_diag_ring{512}));
  row = with(row, XDP_DIAG_MEMINFO, memory);
  return with(row, XDP_DIAG_STATS, bytes_of(stats));
}

collect::Pass dumped_xdp(Asking& asking, const std::vector<fake::Row>& rows) {
  asking.diag.script(AF_XDP, 0, {{rows}});
  return asking.dump(Transport::xdp);
}

TEST(XdpDiag, ASocketIsReadWhole) {
  Asking asking;
  const Socket socket = dumped_xdp(asking, {full_xdp_row()}).rows.at(0);
  EXPECT_EQ(socket.transport, Transport::xdp);
  EXPECT_EQ(socket.family, portscope::Family::xdp);
  EXPECT_EQ(socket.type, portscope::SocketType::raw);
  EXPECT_EQ(socket.state, State::unconnected);
  EXPECT_EQ(socket.interface, 2U);
  EXPECT_EQ(std::get<portscope::XdpEndpoint>(socket.local).queue, 3U);
  EXPECT_EQ(socket.peer, portscope::AnyEndpoint{});
  EXPECT_EQ(socket.inode, 777U);
  EXPECT_EQ(socket.cookie, 0x2200000011U);
  EXPECT_EQ(socket.uid, 33U);
  EXPECT_EQ(socket.drops, 108U);
}

TEST(XdpDiag, RingsMemoryAndStatisticsAreKept) {
  Asking asking;
  const Socket socket = dumped_xdp(asking, {full_xdp_row()}).rows.at(0);
  const auto number = [&](DetailKind kind, std::string_view name) {
    const auto bytes = asking.details.find(socket.details, kind);
    return bytes ? portscope::value_of(kind, name, *bytes) : std::nullopt;
  };
  EXPECT_EQ(number(DetailKind::xdp_receive_ring, "entries"), 64U);
  EXPECT_EQ(number(DetailKind::xdp_transmit_ring, "entries"), 128U);
  EXPECT_EQ(number(DetailKind::xdp_fill_ring, "entries"), 256U);
  EXPECT_EQ(number(DetailKind::xdp_completion_ring, "entries"), 512U);
  EXPECT_EQ(number(DetailKind::umem, "size"), 1U << 20U);
  EXPECT_EQ(number(DetailKind::umem, "zero_copy"), 1U);
  EXPECT_EQ(number(DetailKind::xdp_stats, "rx_dropped"), 5U);
  EXPECT_EQ(number(DetailKind::memory, "drops"), std::nullopt) << "not asked for";
}

TEST(XdpDiag, MemoryIsKeptWhenAskedFor) {
  Asking asking;
  asking.request.needs = {Need::memory};
  const Socket socket = dumped_xdp(asking, {full_xdp_row()}).rows.at(0);
  EXPECT_TRUE(asking.details.find(socket.details, DetailKind::memory));
}

TEST(XdpDiag, WithoutAnInterfaceItIsNotBoundToQueue0) {
  Asking asking;
  const auto unbound = with(bare_row(), XDP_DIAG_INFO, bytes_of(xdp_diag_info{0, 0}));
  const auto pass = dumped_xdp(asking, {unbound, bare_row()});
  ASSERT_THAT(pass.rows, SizeIs(2));
  for (const Socket& socket : pass.rows) EXPECT_EQ(socket.local, portscope::AnyEndpoint{});
}

// XDP_DIAG_STATS came with Linux 5.9, the module with 5.1.
TEST(XdpDiag, AnOlderKernelTellsNoStatistics) {
  Asking asking;
  const Socket socket = dumped_xdp(asking, {bare_row()}).rows.at(0);
  EXPECT_FALSE(asking.details.find(socket.details, DetailKind::xdp_stats));
}

TEST(XdpDiag, EverythingIsAskedForInOneRequest) {
  Asking asking;
  dumped_xdp(asking, {});
  const auto request = sys::copy_from<xdp_diag_req>(sys::Bytes(asking.diag.asked.at(0).body));
  EXPECT_EQ(request.sdiag_family, AF_XDP);
  EXPECT_EQ(request.sdiag_protocol, 0);
  EXPECT_EQ(request.xdiag_show, 0x1fU);
}

TEST(XdpDiag, ARowCutAnywhereIsReadNoFurther) {
  Asking asking;
  asking.request.needs = {Need::memory};
  const auto rows = fake::beginnings_of(full_xdp_row());
  EXPECT_THAT(dumped_xdp(asking, rows).rows, SizeIs(rows.size() - sizeof(xdp_diag_msg)));
}

}  // namespace
