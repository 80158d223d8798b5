// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <linux/tcp.h>

#include "support/struct_layout.hpp"

namespace {

using fake::Layout;
using portscope::DetailKind;

void check_tcp_flags(Layout<tcp_info>& layout) {
  layout.flag("timestamps", [](tcp_info& info) { info.tcpi_options = TCPI_OPT_TIMESTAMPS; });
  layout.flag("sack", [](tcp_info& info) { info.tcpi_options = TCPI_OPT_SACK; });
  layout.flag("wscale", [](tcp_info& info) { info.tcpi_options = TCPI_OPT_WSCALE; });
  layout.flag("ecn", [](tcp_info& info) { info.tcpi_options = TCPI_OPT_ECN; });
  layout.flag("ecn_seen", [](tcp_info& info) { info.tcpi_options = TCPI_OPT_ECN_SEEN; });
  layout.flag("syn_data", [](tcp_info& info) { info.tcpi_options = TCPI_OPT_SYN_DATA; });
  layout.bits("snd_wscale", 9, [](tcp_info& info) { info.tcpi_snd_wscale = 9; });
  layout.bits("rcv_wscale", 14, [](tcp_info& info) { info.tcpi_rcv_wscale = 14; });
  layout.flag("delivery_rate_app_limited", [](tcp_info& info) { info.tcpi_delivery_rate_app_limited = 1; });
  layout.bits("fastopen_client_fail", TFO_SYN_RETRANSMITTED,
              [](tcp_info& info) { info.tcpi_fastopen_client_fail = TFO_SYN_RETRANSMITTED; });
}

/// Up to tcpi_total_retrans, as Linux 2.6 had it.
void check_first_of_tcp(Layout<tcp_info>& layout) {
  layout.number("ca_state", &tcp_info::tcpi_ca_state);
  layout.number("retransmits", &tcp_info::tcpi_retransmits);
  layout.number("probes", &tcp_info::tcpi_probes);
  layout.number("backoff", &tcp_info::tcpi_backoff);
  layout.number("rto_us", &tcp_info::tcpi_rto);
  layout.number("ato_us", &tcp_info::tcpi_ato);
  layout.number("snd_mss", &tcp_info::tcpi_snd_mss);
  layout.number("rcv_mss", &tcp_info::tcpi_rcv_mss);
  layout.number("unacked", &tcp_info::tcpi_unacked);
  layout.number("sacked", &tcp_info::tcpi_sacked);
  layout.number("lost", &tcp_info::tcpi_lost);
  layout.number("retrans", &tcp_info::tcpi_retrans);
  layout.number("fackets", &tcp_info::tcpi_fackets);
  layout.number("last_data_sent_ms", &tcp_info::tcpi_last_data_sent);
  layout.number("last_ack_sent_ms", &tcp_info::tcpi_last_ack_sent);
  layout.number("last_data_recv_ms", &tcp_info::tcpi_last_data_recv);
  layout.number("last_ack_recv_ms", &tcp_info::tcpi_last_ack_recv);
  layout.number("pmtu", &tcp_info::tcpi_pmtu);
  layout.number("rcv_ssthresh", &tcp_info::tcpi_rcv_ssthresh);
  layout.number("rtt_us", &tcp_info::tcpi_rtt);
  layout.number("rttvar_us", &tcp_info::tcpi_rttvar);
  layout.number("snd_ssthresh", &tcp_info::tcpi_snd_ssthresh);
  layout.number("snd_cwnd", &tcp_info::tcpi_snd_cwnd);
  layout.number("advmss", &tcp_info::tcpi_advmss);
  layout.number("reordering", &tcp_info::tcpi_reordering);
  layout.number("rcv_rtt_us", &tcp_info::tcpi_rcv_rtt);
  layout.number("rcv_space", &tcp_info::tcpi_rcv_space);
  layout.number("total_retrans", &tcp_info::tcpi_total_retrans);
}

void check_rest_of_tcp(Layout<tcp_info>& layout) {
  layout.number("pacing_rate", &tcp_info::tcpi_pacing_rate);
  layout.number("max_pacing_rate", &tcp_info::tcpi_max_pacing_rate);
  layout.number("bytes_acked", &tcp_info::tcpi_bytes_acked);
  layout.number("bytes_received", &tcp_info::tcpi_bytes_received);
  layout.number("segs_out", &tcp_info::tcpi_segs_out);
  layout.number("segs_in", &tcp_info::tcpi_segs_in);
  layout.number("notsent_bytes", &tcp_info::tcpi_notsent_bytes);
  layout.number("min_rtt_us", &tcp_info::tcpi_min_rtt);
  layout.number("data_segs_in", &tcp_info::tcpi_data_segs_in);
  layout.number("data_segs_out", &tcp_info::tcpi_data_segs_out);
  layout.number("delivery_rate", &tcp_info::tcpi_delivery_rate);
  layout.number("busy_time_us", &tcp_info::tcpi_busy_time);
  layout.number("rwnd_limited_us", &tcp_info::tcpi_rwnd_limited);
  layout.number("sndbuf_limited_us", &tcp_info::tcpi_sndbuf_limited);
  layout.number("delivered", &tcp_info::tcpi_delivered);
  layout.number("delivered_ce", &tcp_info::tcpi_delivered_ce);
  layout.number("bytes_sent", &tcp_info::tcpi_bytes_sent);
  layout.number("bytes_retrans", &tcp_info::tcpi_bytes_retrans);
  layout.number("dsack_dups", &tcp_info::tcpi_dsack_dups);
  layout.number("reord_seen", &tcp_info::tcpi_reord_seen);
  layout.number("rcv_ooopack", &tcp_info::tcpi_rcv_ooopack);
  layout.number("snd_wnd", &tcp_info::tcpi_snd_wnd);
}

TEST(TcpInfo, LiesAsInTheKernelsHeader) {
  Layout<tcp_info> layout(DetailKind::tcp_info);
  check_tcp_flags(layout);
  check_first_of_tcp(layout);
  check_rest_of_tcp(layout);
  layout.later({"usec_timestamps", "tfo_child", "rcv_wnd", "rehash", "total_rto", "total_rto_recoveries",
                "total_rto_time_ms", "received_ce", "delivered_e1_bytes", "delivered_e0_bytes", "delivered_ce_bytes",
                "received_e1_bytes", "received_e0_bytes", "received_ce_bytes", "accecn_flags"});
  layout.expect_all_checked();
}

// The offsets that the headers of Linux 6.18 give, counted from what 6.1 ends with.
TEST(TcpInfo, WhatLaterKernelsAddFollowsWithoutAGap) {
  constexpr std::size_t end_of_6_1 = 232;
  static_assert(sizeof(tcp_info) >= end_of_6_1);
  std::size_t offset = end_of_6_1;
  for (const auto& field : portscope::fields_of(DetailKind::tcp_info)) {
    if (field.offset < end_of_6_1) continue;
    EXPECT_EQ(field.offset, offset) << field.name << ": no gap in what follows";
    offset += field.size;
  }
  EXPECT_EQ(offset, 280U);
}

}  // namespace
