// SPDX-License-Identifier: MIT
#include <sys/socket.h>  // sctp.h wants struct sockaddr_storage

#include <gtest/gtest.h>
#include <linux/sctp.h>

#include "support/struct_layout.hpp"

namespace {

using fake::Layout;
using portscope::DetailKind;

void check_association(Layout<sctp_info>& layout) {
  layout.number("tag", &sctp_info::sctpi_tag);
  layout.number("rwnd", &sctp_info::sctpi_rwnd);
  layout.number("unacked_data", &sctp_info::sctpi_unackdata);
  layout.number("pending_data", &sctp_info::sctpi_penddata);
  layout.number("streams_in", &sctp_info::sctpi_instrms);
  layout.number("streams_out", &sctp_info::sctpi_outstrms);
  layout.number("in_queue", &sctp_info::sctpi_inqueue);
  layout.number("out_queue", &sctp_info::sctpi_outqueue);
  layout.number("overall_error", &sctp_info::sctpi_overall_error);
  layout.number("max_burst", &sctp_info::sctpi_max_burst);
  layout.number("max_segment", &sctp_info::sctpi_maxseg);
  layout.number("peer_rwnd", &sctp_info::sctpi_peer_rwnd);
  layout.number("peer_tag", &sctp_info::sctpi_peer_tag);
  layout.number("peer_capable", &sctp_info::sctpi_peer_capable);
  layout.number("peer_sack", &sctp_info::sctpi_peer_sack);
}

void check_counters(Layout<sctp_info>& layout) {
  layout.number("sacks_in", &sctp_info::sctpi_isacks);
  layout.number("sacks_out", &sctp_info::sctpi_osacks);
  layout.number("packets_out", &sctp_info::sctpi_opackets);
  layout.number("packets_in", &sctp_info::sctpi_ipackets);
  layout.number("retransmitted_chunks", &sctp_info::sctpi_rtxchunks);
  layout.number("out_of_sequence", &sctp_info::sctpi_outofseqtsns);
  layout.number("duplicates_in", &sctp_info::sctpi_idupchunks);
  layout.number("gap_acks", &sctp_info::sctpi_gapcnt);
  layout.number("unordered_out", &sctp_info::sctpi_ouodchunks);
  layout.number("unordered_in", &sctp_info::sctpi_iuodchunks);
  layout.number("ordered_out", &sctp_info::sctpi_oodchunks);
  layout.number("ordered_in", &sctp_info::sctpi_iodchunks);
  layout.number("control_out", &sctp_info::sctpi_octrlchunks);
  layout.number("control_in", &sctp_info::sctpi_ictrlchunks);
}

void check_primary_path(Layout<sctp_info>& layout) {
  layout.number("primary_state", &sctp_info::sctpi_p_state);
  layout.number("primary_cwnd", &sctp_info::sctpi_p_cwnd);
  layout.number("primary_srtt_ms", &sctp_info::sctpi_p_srtt);
  layout.number("primary_rto_ms", &sctp_info::sctpi_p_rto);
  layout.number("primary_heartbeat_ms", &sctp_info::sctpi_p_hbinterval);
  layout.number("primary_max_retransmits", &sctp_info::sctpi_p_pathmaxrxt);
  layout.number("primary_sack_delay_ms", &sctp_info::sctpi_p_sackdelay);
  layout.number("primary_sack_frequency", &sctp_info::sctpi_p_sackfreq);
  layout.number("primary_ssthresh", &sctp_info::sctpi_p_ssthresh);
  layout.number("primary_partial_bytes_acked", &sctp_info::sctpi_p_partial_bytes_acked);
  layout.number("primary_flight_size", &sctp_info::sctpi_p_flight_size);
  layout.number("primary_errors", &sctp_info::sctpi_p_error);
}

void check_socket(Layout<sctp_info>& layout) {
  layout.number("autoclose", &sctp_info::sctpi_s_autoclose);
  layout.number("adaptation_indication", &sctp_info::sctpi_s_adaptation_ind);
  layout.number("partial_delivery_point", &sctp_info::sctpi_s_pd_point);
  layout.flag("nodelay", [](sctp_info& info) { info.sctpi_s_nodelay = 1; });
  layout.flag("disable_fragments", [](sctp_info& info) { info.sctpi_s_disable_fragments = 1; });
  layout.flag("v4mapped", [](sctp_info& info) { info.sctpi_s_v4mapped = 1; });
  layout.number("fragment_interleave", &sctp_info::sctpi_s_frag_interleave);
  layout.number("socket_type", &sctp_info::sctpi_s_type);
}

TEST(SctpInfo, LiesAsInTheKernelsHeader) {
  Layout<sctp_info> layout(DetailKind::sctp_info);
  check_association(layout);
  check_counters(layout);
  check_primary_path(layout);
  check_socket(layout);
  layout.expect_all_checked();
}

}  // namespace
