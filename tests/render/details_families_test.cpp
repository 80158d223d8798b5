// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <linux/netlink_diag.h>
#include <linux/xdp_diag.h>

#include "portscope/detail_types.hpp"
#include "support/detailed_socket.hpp"
#include "support/sockets.hpp"

namespace {

using fake::DetailedSocket;
using fake::end;
using portscope::DetailKind;
using portscope::Endpoint;
using portscope::Socket;
using portscope::State;
using portscope::Subflow;
using portscope::Transport;

Socket row_of(Transport transport) {
  Socket socket = fake::connection(end("10.0.0.1", 80), end("10.0.0.9", 4000));
  socket.transport = transport;
  return socket;
}

TEST(NetlinkDetails, GroupsCountFromOne) {
  DetailedSocket detailed(row_of(Transport::netlink));
  detailed.add_list(DetailKind::netlink_groups, std::vector<std::uint32_t>{0x80000011, 1});
  EXPECT_EQ(detailed.line(render::netlink_view), "groups 1 5 32 33");
  EXPECT_EQ(detailed.json(render::netlink_view), R"({"groups":[1,5,32,33]})");
}

TEST(NetlinkDetails, FlagsAreToldThatAreSet) {
  DetailedSocket detailed(row_of(Transport::netlink));
  detailed.add(DetailKind::netlink_flags, std::uint32_t{NDIAG_FLAG_NO_ENOBUFS | NDIAG_FLAG_CAP_ACK});
  EXPECT_EQ(detailed.line(render::netlink_view), "no_enobufs, cap_ack");
  EXPECT_EQ(detailed.json(render::netlink_view),
            R"({"groups":[],"callback_running":false,"packet_info":false,"broadcast_error":false,"no_enobufs":true,)"
            R"("listen_all_nsid":false,"cap_ack":true})");
}

TEST(NetlinkDetails, ProcKnowsTheFirst32GroupsAndItIsSaid) {
  DetailedSocket detailed(row_of(Transport::netlink));
  detailed.socket.source = portscope::Source::proc;
  EXPECT_EQ(detailed.json(render::netlink_view), R"({"groups":[],"groups_above_32_unknown":true})");
}

Subflow subflow(const char* local, const char* peer) {
  Subflow result;
  result.local = end(local, 40000);
  if (*peer != '\0') result.peer = end(peer, 80);
  result.state = *peer == '\0' ? State::listen : State::established;
  result.cookie = 0xabc;
  return result;
}

/// As far as bytes_acked, which Linux 6.5 has.
std::string mptcp_info() {
  std::string info(80, '\0');
  info[12] = 0x21;  // token
  info[49] = 2;     // bytes_retrans: 512
  info[57] = 8;     // bytes_sent: 2048
  info[65] = 4;     // bytes_received: 1024
  return info;
}

TEST(MptcpDetails, SubflowsAreToldWithBothEnds) {
  DetailedSocket detailed(row_of(Transport::mptcp));
  detailed.add_list(DetailKind::subflows,
                    std::vector<Subflow>{subflow("10.0.0.1", "10.0.0.9"), subflow("fd00::1", "fd00::9")});
  detailed.add_text(DetailKind::mptcp_info, mptcp_info());
  EXPECT_EQ(detailed.line(render::mptcp_view),
            "subflow 10.0.0.1:40000 to 10.0.0.9:80, subflow [fd00::1]:40000 to [fd00::9]:80, sent 2.0K, "
            "received 1.0K, retransmitted 512");
}

TEST(MptcpDetails, TheSubflowOfAListenerSaysNoMoreThanTheRow) {
  DetailedSocket detailed(row_of(Transport::mptcp));
  detailed.add_list(DetailKind::subflows, std::vector<Subflow>{subflow("0.0.0.0", "")});
  EXPECT_EQ(detailed.line(render::mptcp_view), "");
  EXPECT_EQ(
      detailed.json(render::mptcp_view),
      R"({"subflows":[{"state":"listen","local":{"address":"0.0.0.0","port":40000},"peer":null,"cookie":"abc"}]})");
}

TEST(MptcpDetails, TheStructIsAnObjectOfItsOwn) {
  DetailedSocket detailed(row_of(Transport::mptcp));
  detailed.add_text(DetailKind::mptcp_info, mptcp_info().substr(0, 16));
  EXPECT_EQ(detailed.json(render::mptcp_view),
            R"({"info":{"subflows":0,"add_addr_signal":0,"add_addr_accepted":0,"subflows_max":0,)"
            R"("add_addr_signal_max":0,"add_addr_accepted_max":0,"fallback":false,"remote_key_received":false,)"
            R"("token":"21"},"subflows":null})");
}

TEST(SctpDetails, OneAddressIsInTheRowSeveralAreTold) {
  DetailedSocket detailed(row_of(Transport::sctp));
  detailed.add_list(DetailKind::sctp_locals, std::vector<Endpoint>{end("10.0.0.1", 80)});
  detailed.add_list(DetailKind::sctp_peers, std::vector<Endpoint>{end("10.0.0.9", 4000), end("fd00::9", 4000)});
  EXPECT_EQ(detailed.line(render::sctp_view), "peer addresses 10.0.0.9 fd00::9");
  detailed.add_list(DetailKind::sctp_locals, std::vector<Endpoint>{end("10.0.0.1", 80), end("10.0.1.1", 80)});
  EXPECT_EQ(detailed.line(render::sctp_view), "local addresses 10.0.0.1 10.0.1.1, peer addresses 10.0.0.9 fd00::9");
}

TEST(SctpDetails, AnAssociationTellsItsOwnState) {
  DetailedSocket detailed(row_of(Transport::sctp));
  detailed.add_list(DetailKind::sctp_peers, std::vector<Endpoint>{end("10.0.0.9", 4000)});
  const std::vector<std::string> words{"closed",           "cookie_wait",   "cookie_echoed",     "established",
                                       "shutdown_pending", "shutdown_sent", "shutdown_received", "shutdown_ack_sent"};
  for (std::size_t id = 0; id < words.size(); ++id) {
    detailed.socket.state_id = static_cast<std::uint8_t>(id);
    EXPECT_EQ(detailed.json(render::sctp_view),
              R"({"locals":[],"peers":[{"address":"10.0.0.9","port":4000}],"association":")" + words[id] + "\"}");
  }
}

TEST(SctpDetails, AnEndpointHasNoStateOfAnAssociation) {
  DetailedSocket detailed(row_of(Transport::sctp));
  detailed.socket.state_id = 1;
  EXPECT_EQ(detailed.json(render::sctp_view), R"({"locals":[],"peers":[],"association":null})");
}

TEST(SctpDetails, NumbersThatMatterAreInTheLine) {
  DetailedSocket detailed(row_of(Transport::sctp));
  std::string info(368, '\0');
  info[16] = 10;  // streams_in
  info[18] = 5;   // streams_out
  info[88] = 2;   // retransmitted_chunks
  detailed.add_text(DetailKind::sctp_info, info);
  EXPECT_EQ(detailed.line(render::sctp_view), "streams in 10, streams out 5, retransmitted chunks 2");
}

TEST(XdpDetails, RingsMemoryAndTroubleAreTold) {
  DetailedSocket detailed(row_of(Transport::xdp));
  xdp_diag_umem umem{};
  umem.size = 1U << 24U;
  umem.id = 7;
  umem.flags = XDP_DU_F_ZEROCOPY;
  xdp_diag_stats stats{};
  stats.n_rx_dropped = 5;
  stats.n_tx_ring_empty = 6;
  detailed.add(DetailKind::xdp_receive_ring, std::uint32_t{64}).add(DetailKind::xdp_transmit_ring, std::uint32_t{128});
  detailed.add(DetailKind::umem, umem).add(DetailKind::xdp_stats, stats);
  EXPECT_EQ(detailed.line(render::xdp_view),
            "receive ring 64, transmit ring 128, umem 16M, rx_dropped 5, tx_ring_empty 6");
  EXPECT_EQ(
      detailed.json(render::xdp_view),
      R"({"receive_ring":{"entries":64},"transmit_ring":{"entries":128},"umem":{"size":16777216,"id":7,"pages":0,)"
      R"("chunk_size":0,"headroom":0,"queue":0,"zero_copy":true,"references":0},"statistics":{"rx_dropped":5,)"
      R"("rx_invalid":0,"rx_full":0,"fill_ring_empty":0,"tx_invalid":0,"tx_ring_empty":6}})");
}

TEST(XdpDetails, WithoutRingsThereIsAnEmptyObject) {
  EXPECT_EQ(DetailedSocket(row_of(Transport::xdp)).json(render::xdp_view), "{}");
  EXPECT_EQ(DetailedSocket(row_of(Transport::xdp)).line(render::xdp_view), "");
}

TEST(TipcDetails, ServiceAndCongestionAreTold) {
  DetailedSocket detailed(row_of(Transport::tipc));
  portscope::TipcInfo info;
  detailed.add(DetailKind::tipc, info);
  EXPECT_EQ(detailed.line(render::tipc_view), "");
  info.published = true;
  info.connection_type = 18888;
  info.connection_instance = 17;
  info.link_congested = true;
  info.connection_congested = true;
  detailed.add(DetailKind::tipc, info);
  EXPECT_EQ(detailed.line(render::tipc_view), "published, service 18888:17, link congested, connection congested");
  EXPECT_EQ(detailed.json(render::tipc_view),
            R"({"published":true,"connection_type":18888,"connection_instance":17,"link_congested":true,)"
            R"("connection_congested":true})");
}

TEST(TipcDetails, WhatIsNotKnownIsNotMadeUp) {
  EXPECT_EQ(DetailedSocket(row_of(Transport::tipc)).json(render::tipc_view), "{}");
}

}  // namespace
