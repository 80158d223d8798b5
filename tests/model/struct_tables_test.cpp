// SPDX-License-Identifier: MIT
#include "model/struct_tables.hpp"

#include <gtest/gtest.h>
#include <linux/inet_diag.h>
#include <linux/mptcp.h>
#include <linux/netlink_diag.h>
#include <linux/packet_diag.h>
#include <linux/sock_diag.h>
#include <linux/xdp_diag.h>

#include <array>
#include <bit>

#include "portscope/detail_types.hpp"
#include "support/struct_layout.hpp"

namespace {

using fake::Layout;
using portscope::DetailKind;

/// Of attributes that are a bare number.
struct Number {
  std::uint32_t value = 0;
};

TEST(StructTables, CongestionControls) {
  Layout<tcpvegas_info> vegas(DetailKind::vegas);
  vegas.flag("enabled", [](tcpvegas_info& info) { info.tcpv_enabled = 1; });
  vegas.number("rtt_count", &tcpvegas_info::tcpv_rttcnt);
  vegas.number("rtt_us", &tcpvegas_info::tcpv_rtt);
  vegas.number("min_rtt_us", &tcpvegas_info::tcpv_minrtt);
  vegas.expect_all_checked();

  Layout<tcp_dctcp_info> dctcp(DetailKind::dctcp);
  dctcp.flag("enabled", [](tcp_dctcp_info& info) { info.dctcp_enabled = 1; });
  dctcp.number("ce_state", &tcp_dctcp_info::dctcp_ce_state);
  dctcp.number("alpha", &tcp_dctcp_info::dctcp_alpha);
  dctcp.number("ab_ecn", &tcp_dctcp_info::dctcp_ab_ecn);
  dctcp.number("ab_tot", &tcp_dctcp_info::dctcp_ab_tot);
  dctcp.expect_all_checked();

  Layout<tcp_bbr_info> bbr(DetailKind::bbr);
  bbr.number("bandwidth_low", &tcp_bbr_info::bbr_bw_lo);
  bbr.number("bandwidth_high", &tcp_bbr_info::bbr_bw_hi);
  bbr.number("min_rtt_us", &tcp_bbr_info::bbr_min_rtt);
  bbr.number("pacing_gain_256", &tcp_bbr_info::bbr_pacing_gain);
  bbr.number("cwnd_gain_256", &tcp_bbr_info::bbr_cwnd_gain);
  bbr.expect_all_checked();
}

TEST(StructTables, SocketMemory) {
  struct Memory {
    std::uint32_t numbers[SK_MEMINFO_VARS];
  };
  constexpr auto names = std::to_array<std::pair<std::string_view, std::size_t>>({
      {"receive_allocated", SK_MEMINFO_RMEM_ALLOC},
      {"receive_limit", SK_MEMINFO_RCVBUF},
      {"send_allocated", SK_MEMINFO_WMEM_ALLOC},
      {"send_limit", SK_MEMINFO_SNDBUF},
      {"forward_allocated", SK_MEMINFO_FWD_ALLOC},
      {"send_queued", SK_MEMINFO_WMEM_QUEUED},
      {"option_memory", SK_MEMINFO_OPTMEM},
      {"backlog", SK_MEMINFO_BACKLOG},
      {"drops", SK_MEMINFO_DROPS},
  });
  Layout<Memory> layout(DetailKind::memory);
  for (const auto& [name, place] : names) {
    layout.bits(name, 0xa1b2c3d4, [at = place](Memory& memory) { memory.numbers[at] = 0xa1b2c3d4; });
  }
  layout.expect_all_checked();
}

TEST(StructTables, SocketFlags) {
  Layout<inet_diag_sockopt> layout(DetailKind::flags);
  layout.flag("recverr", [](inet_diag_sockopt& flags) { flags.recverr = 1; });
  layout.flag("is_icsk", [](inet_diag_sockopt& flags) { flags.is_icsk = 1; });
  layout.flag("freebind", [](inet_diag_sockopt& flags) { flags.freebind = 1; });
  layout.flag("hdrincl", [](inet_diag_sockopt& flags) { flags.hdrincl = 1; });
  layout.flag("mc_loop", [](inet_diag_sockopt& flags) { flags.mc_loop = 1; });
  layout.flag("transparent", [](inet_diag_sockopt& flags) { flags.transparent = 1; });
  layout.flag("mc_all", [](inet_diag_sockopt& flags) { flags.mc_all = 1; });
  layout.flag("nodefrag", [](inet_diag_sockopt& flags) { flags.nodefrag = 1; });
  layout.flag("bind_address_no_port", [](inet_diag_sockopt& flags) { flags.bind_address_no_port = 1; });
  layout.flag("recverr_rfc4884", [](inet_diag_sockopt& flags) { flags.recverr_rfc4884 = 1; });
  layout.flag("defer_connect", [](inet_diag_sockopt& flags) { flags.defer_connect = 1; });
  layout.expect_all_checked();
}

TEST(StructTables, NumbersByThemselves) {
  for (const auto& [kind, name] :
       {std::pair{DetailKind::class_id, "class_id"}, std::pair{DetailKind::mark, "mark"},
        std::pair{DetailKind::md5_keys, "md5_keys"}, std::pair{DetailKind::filter, "filter_instructions"}}) {
    Layout<Number> layout(kind);
    layout.number(name, &Number::value);
    layout.expect_all_checked();
  }
  struct Byte {
    std::uint8_t value = 0;
  };
  for (const auto& [kind, name] :
       {std::pair{DetailKind::tos, "tos"}, std::pair{DetailKind::traffic_class, "traffic_class"}}) {
    Layout<Byte> layout(kind);
    layout.number(name, &Byte::value);
    layout.expect_all_checked();
  }
}

TEST(StructTables, MptcpInfo) {
  Layout<mptcp_info> layout(DetailKind::mptcp_info);
  layout.number("subflows", &mptcp_info::mptcpi_subflows);
  layout.number("add_addr_signal", &mptcp_info::mptcpi_add_addr_signal);
  layout.number("add_addr_accepted", &mptcp_info::mptcpi_add_addr_accepted);
  layout.number("subflows_max", &mptcp_info::mptcpi_subflows_max);
  layout.number("add_addr_signal_max", &mptcp_info::mptcpi_add_addr_signal_max);
  layout.number("add_addr_accepted_max", &mptcp_info::mptcpi_add_addr_accepted_max);
  layout.flag("fallback", [](mptcp_info& info) { info.mptcpi_flags = MPTCP_INFO_FLAG_FALLBACK; });
  layout.flag("remote_key_received", [](mptcp_info& info) { info.mptcpi_flags = MPTCP_INFO_FLAG_REMOTE_KEY_RECEIVED; });
  layout.number("token", &mptcp_info::mptcpi_token);
  layout.number("write_seq", &mptcp_info::mptcpi_write_seq);
  layout.number("snd_una", &mptcp_info::mptcpi_snd_una);
  layout.number("rcv_nxt", &mptcp_info::mptcpi_rcv_nxt);
  layout.number("local_addr_used", &mptcp_info::mptcpi_local_addr_used);
  layout.number("local_addr_max", &mptcp_info::mptcpi_local_addr_max);
  layout.flag("checksum", [](mptcp_info& info) { info.mptcpi_csum_enabled = 1; });
  layout.later({"retransmits", "bytes_retrans", "bytes_sent", "bytes_received", "bytes_acked", "subflows_total",
                "last_data_sent_ms", "last_data_recv_ms", "last_ack_recv_ms"});
  layout.expect_all_checked();
}

TEST(StructTables, PacketSockets) {
  Layout<packet_diag_info> info(DetailKind::packet_info);
  info.number("version", &packet_diag_info::pdi_version);
  info.number("reserve", &packet_diag_info::pdi_reserve);
  info.number("copy_threshold", &packet_diag_info::pdi_copy_thresh);
  info.number("timestamp", &packet_diag_info::pdi_tstamp);
  info.flag("running", [](packet_diag_info& data) { data.pdi_flags = PDI_RUNNING; });
  info.flag("auxdata", [](packet_diag_info& data) { data.pdi_flags = PDI_AUXDATA; });
  info.flag("origdev", [](packet_diag_info& data) { data.pdi_flags = PDI_ORIGDEV; });
  info.flag("vnet_header", [](packet_diag_info& data) { data.pdi_flags = PDI_VNETHDR; });
  info.flag("tx_loss", [](packet_diag_info& data) { data.pdi_flags = PDI_LOSS; });
  info.expect_all_checked();
  for (const auto kind : {DetailKind::receive_ring, DetailKind::transmit_ring}) {
    Layout<packet_diag_ring> ring(kind);
    ring.number("block_size", &packet_diag_ring::pdr_block_size);
    ring.number("block_count", &packet_diag_ring::pdr_block_nr);
    ring.number("frame_size", &packet_diag_ring::pdr_frame_size);
    ring.number("frame_count", &packet_diag_ring::pdr_frame_nr);
    ring.number("retire_timeout_ms", &packet_diag_ring::pdr_retire_tmo);
    ring.number("private_size", &packet_diag_ring::pdr_sizeof_priv);
    ring.number("features", &packet_diag_ring::pdr_features);
    ring.expect_all_checked();
  }
}

// pdiag_put_fanout(), net/packet/diag.c: the id, and the type from bit 16 on.
TEST(StructTables, FanOutIsTwoNumbersInOne) {
  Layout<Number> layout(DetailKind::fanout);
  layout.bits("id", 0xa1b2, [](Number& number) { number.value = 0xa1b2; });
  layout.bits("type", 3, [](Number& number) { number.value = 3U << 16U; });
  layout.expect_all_checked();
}

TEST(StructTables, AMembershipOfAPacketSocketIsAsTheKernelSendsIt) {
  using portscope::PacketMembership;
  EXPECT_EQ(sizeof(PacketMembership), sizeof(packet_diag_mclist));
  packet_diag_mclist sent{};
  sent.pdmc_index = 1;
  sent.pdmc_count = 2;
  sent.pdmc_type = 3;
  sent.pdmc_alen = 4;
  sent.pdmc_addr[0] = 5;
  sent.pdmc_addr[31] = 6;
  const auto read = std::bit_cast<PacketMembership>(sent);
  EXPECT_EQ(read.interface, 1U);
  EXPECT_EQ(read.count, 2U);
  EXPECT_EQ(read.type, 3);
  EXPECT_EQ(read.address_length, 4);
  EXPECT_EQ(read.address.front(), 5);
  EXPECT_EQ(read.address.back(), 6);
}

TEST(StructTables, NetlinkFlags) {
  Layout<Number> layout(DetailKind::netlink_flags);
  layout.flag("callback_running", [](Number& flags) { flags.value = NDIAG_FLAG_CB_RUNNING; });
  layout.flag("packet_info", [](Number& flags) { flags.value = NDIAG_FLAG_PKTINFO; });
  layout.flag("broadcast_error", [](Number& flags) { flags.value = NDIAG_FLAG_BROADCAST_ERROR; });
  layout.flag("no_enobufs", [](Number& flags) { flags.value = NDIAG_FLAG_NO_ENOBUFS; });
  layout.flag("listen_all_nsid", [](Number& flags) { flags.value = NDIAG_FLAG_LISTEN_ALL_NSID; });
  layout.flag("cap_ack", [](Number& flags) { flags.value = NDIAG_FLAG_CAP_ACK; });
  layout.expect_all_checked();
}

TEST(StructTables, XdpSockets) {
  for (const auto kind : {DetailKind::xdp_receive_ring, DetailKind::xdp_transmit_ring, DetailKind::xdp_fill_ring,
                          DetailKind::xdp_completion_ring}) {
    Layout<xdp_diag_ring> ring(kind);
    ring.number("entries", &xdp_diag_ring::entries);
    ring.expect_all_checked();
  }
  Layout<xdp_diag_umem> umem(DetailKind::umem);
  umem.number("size", &xdp_diag_umem::size);
  umem.number("id", &xdp_diag_umem::id);
  umem.number("pages", &xdp_diag_umem::num_pages);
  umem.number("chunk_size", &xdp_diag_umem::chunk_size);
  umem.number("headroom", &xdp_diag_umem::headroom);
  umem.number("queue", &xdp_diag_umem::queue_id);
  umem.flag("zero_copy", [](xdp_diag_umem& data) { data.flags = XDP_DU_F_ZEROCOPY; });
  umem.number("references", &xdp_diag_umem::refs);
  umem.expect_all_checked();
  Layout<xdp_diag_stats> stats(DetailKind::xdp_stats);
  stats.number("rx_dropped", &xdp_diag_stats::n_rx_dropped);
  stats.number("rx_invalid", &xdp_diag_stats::n_rx_invalid);
  stats.number("rx_full", &xdp_diag_stats::n_rx_full);
  stats.number("fill_ring_empty", &xdp_diag_stats::n_fill_ring_empty);
  stats.number("tx_invalid", &xdp_diag_stats::n_tx_invalid);
  stats.number("tx_ring_empty", &xdp_diag_stats::n_tx_ring_empty);
  stats.expect_all_checked();
}

}  // namespace
