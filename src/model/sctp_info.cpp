// SPDX-License-Identifier: MIT
// struct sctp_info, include/uapi/linux/sctp.h, as net/sctp/socket.c, sctp_get_sctp_info(), fills it.
#include <array>

#include "model/struct_tables.hpp"

namespace portscope {

namespace {

using namespace field;

/// enum sctp_spinfo_state
constexpr auto path_states =
    std::to_array<std::string_view>({"inactive", "potentially_failed", "active", "unconfirmed"});

constexpr auto sctp_fields = std::to_array<StructField>({
    hex("tag", 0),
    number("rwnd", 8),
    number("unacked_data", 12, 2),
    number("pending_data", 14, 2),
    number("streams_in", 16, 2),
    number("streams_out", 18, 2),
    // 20: sctpi_fragmentation_point, which the kernel leaves 0; it is sctpi_maxseg that has the value
    number("in_queue", 24),
    number("out_queue", 28),
    number("overall_error", 32),
    number("max_burst", 36),
    number("max_segment", 40),
    number("peer_rwnd", 44),
    hex("peer_tag", 48),
    hex("peer_capable", 52, 1),
    hex("peer_sack", 53, 1),
    number("sacks_in", 56, 8),
    number("sacks_out", 64, 8),
    number("packets_out", 72, 8),
    number("packets_in", 80, 8),
    number("retransmitted_chunks", 88, 8),
    number("out_of_sequence", 96, 8),
    number("duplicates_in", 104, 8),
    number("gap_acks", 112, 8),
    number("unordered_out", 120, 8),
    number("unordered_in", 128, 8),
    number("ordered_out", 136, 8),
    number("ordered_in", 144, 8),
    number("control_out", 152, 8),
    number("control_in", 160, 8),
    // 168: sctpi_p_address, struct sockaddr_storage
    word("primary_state", 296, 4, path_states),
    number("primary_cwnd", 300),
    number("primary_srtt_ms", 304),
    number("primary_rto_ms", 308),
    number("primary_heartbeat_ms", 312),
    number("primary_max_retransmits", 316),
    number("primary_sack_delay_ms", 320),
    number("primary_sack_frequency", 324),
    number("primary_ssthresh", 328),
    number("primary_partial_bytes_acked", 332),
    number("primary_flight_size", 336),
    number("primary_errors", 340, 2),
    number("autoclose", 344),
    number("adaptation_indication", 348),
    number("partial_delivery_point", 352),
    flag("nodelay", 356, 0, 1),
    flag("disable_fragments", 357, 0, 1),
    flag("v4mapped", 358, 0, 1),
    number("fragment_interleave", 359, 1),
    number("socket_type", 360),
});

}  // namespace

std::span<const StructField> sctp_info_fields() { return sctp_fields; }

}  // namespace portscope
