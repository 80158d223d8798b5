// SPDX-License-Identifier: MIT
// struct tcp_info, include/uapi/linux/tcp.h; it only ever grew at its end. What the kernel means by
// a field is told by tcp_get_info(), net/ipv4/tcp.c.
#include <array>

#include "model/struct_tables.hpp"

namespace portscope {

namespace {

using namespace field;

/// enum tcp_ca_state
constexpr auto congestion_states = std::to_array<std::string_view>({"open", "disorder", "cwr", "recovery", "loss"});

/// tcpi_fastopen_client_fail: enum tcp_fastopen_client_fail
constexpr auto fastopen_failures =
    std::to_array<std::string_view>({"unspecified", "cookie_unavailable", "data_not_acked", "syn_retransmitted"});

constexpr std::uint8_t snd_wscale_shift = from_low(0, 4);
constexpr std::uint8_t rcv_wscale_shift = from_low(4, 4);
constexpr std::uint8_t fastopen_shift = from_low(1, 2);

constexpr auto tcp_fields = std::to_array<StructField>({
    word("ca_state", 1, 1, congestion_states),
    number("retransmits", 2, 1),
    number("probes", 3, 1),
    number("backoff", 4, 1),
    flag("timestamps", 5, 0, 1),
    flag("sack", 5, 1, 1),
    flag("wscale", 5, 2, 1),
    flag("ecn", 5, 3, 1),
    flag("ecn_seen", 5, 4, 1),
    flag("syn_data", 5, 5, 1),  // the data in our SYN, or in the peer's, was taken (RFC 7413)
    flag("usec_timestamps", 5, 6, 1),
    flag("tfo_child", 5, 7, 1),
    bits("snd_wscale", 6, snd_wscale_shift, 4),
    bits("rcv_wscale", 6, rcv_wscale_shift, 4),
    bit_field("delivery_rate_app_limited", 7, 0),
    {.name = "fastopen_client_fail",
     .offset = 7,
     .size = 1,
     .meaning = Meaning::word,
     .shift = fastopen_shift,
     .bits = 2,
     .words = fastopen_failures},
    measured("rto_us", 8),
    number("ato_us", 12),
    number("snd_mss", 16),
    number("rcv_mss", 20),
    number("unacked", 24),
    number("sacked", 28),
    number("lost", 32),
    number("retrans", 36),
    number("fackets", 40),
    number("last_data_sent_ms", 44),
    measured("last_ack_sent_ms", 48),  // "Not remembered, sorry", says the kernel: 0
    number("last_data_recv_ms", 52),
    number("last_ack_recv_ms", 56),
    number("pmtu", 60),
    number("rcv_ssthresh", 64),
    measured("rtt_us", 68),
    number("rttvar_us", 72),
    {.name = "snd_ssthresh", .offset = 76, .unknown = 0x7fffffffU},  // TCP_INFINITE_SSTHRESH
    number("snd_cwnd", 80),
    number("advmss", 84),
    number("reordering", 88),
    measured("rcv_rtt_us", 92),
    number("rcv_space", 96),
    number("total_retrans", 100),
    limited("pacing_rate", 104, 8),  // bytes per second
    limited("max_pacing_rate", 112, 8),
    number("bytes_acked", 120, 8),
    number("bytes_received", 128, 8),
    number("segs_out", 136),
    number("segs_in", 140),
    number("notsent_bytes", 144),
    limited("min_rtt_us", 148),
    number("data_segs_in", 152),
    number("data_segs_out", 156),
    number("delivery_rate", 160, 8),  // bytes per second
    number("busy_time_us", 168, 8),
    number("rwnd_limited_us", 176, 8),
    number("sndbuf_limited_us", 184, 8),
    number("delivered", 192),
    number("delivered_ce", 196),
    number("bytes_sent", 200, 8),
    number("bytes_retrans", 208, 8),
    number("dsack_dups", 216),
    number("reord_seen", 220),
    number("rcv_ooopack", 224),
    number("snd_wnd", 228),
    number("rcv_wnd", 232),
    number("rehash", 236),
    number("total_rto", 240, 2),
    number("total_rto_recoveries", 242, 2),
    number("total_rto_time_ms", 244),
    number("received_ce", 248),
    number("delivered_e1_bytes", 252),
    number("delivered_e0_bytes", 256),
    number("delivered_ce_bytes", 260),
    number("received_e1_bytes", 264),
    number("received_e0_bytes", 268),
    number("received_ce_bytes", 272),
    hex("accecn_flags", 276),  // Linux 6.18 has two numbers here, 7.0 has bit fields: given as they are
});

}  // namespace

std::span<const StructField> tcp_info_fields() { return tcp_fields; }

}  // namespace portscope
