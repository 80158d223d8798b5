// SPDX-License-Identifier: MIT
#include "model/struct_tables.hpp"

#include <array>

namespace portscope {

namespace {

using namespace field;

/// What Vegas and Illinois begin with (net/ipv4/tcp_vegas.c).
constexpr std::uint32_t unmeasured = 0x7fffffff;
constexpr auto vegas = std::to_array<StructField>({flag("enabled", 0, 0),
                                                   number("rtt_count", 4),
                                                   {.name = "rtt_us", .offset = 8, .unknown = unmeasured},
                                                   {.name = "min_rtt_us", .offset = 12, .unknown = unmeasured}});

constexpr auto dctcp = std::to_array<StructField>({flag("enabled", 0, 0, 2), number("ce_state", 2, 2),
                                                   number("alpha", 4), number("ab_ecn", 8), number("ab_tot", 12)});

/// The bandwidth comes in two halves, the low one first on every machine; gains are in 1/256.
constexpr auto bbr =
    std::to_array<StructField>({number("bandwidth_low", 0), number("bandwidth_high", 4), limited("min_rtt_us", 8),
                                number("pacing_gain_256", 12), number("cwnd_gain_256", 16)});

constexpr auto md5_keys = std::to_array<StructField>({number("md5_keys", 0)});

/// SK_MEMINFO_*: include/uapi/linux/sock_diag.h
constexpr auto memory = std::to_array<StructField>({
    number("receive_allocated", 0),
    number("receive_limit", 4),
    number("send_allocated", 8),
    number("send_limit", 12),
    number("forward_allocated", 16),
    number("send_queued", 20),
    number("option_memory", 24),
    number("backlog", 28),
    number("drops", 32),
});

constexpr auto timers = std::to_array<std::string_view>(
    {"none", "retransmit", "keepalive", "time_wait", "zero_window_probe", "delayed_ack"});
constexpr auto timer =
    std::to_array<StructField>({word("kind", 0, 1, timers), number("expires_ms", 4), number("retransmits", 1, 1)});

constexpr auto tos = std::to_array<StructField>({number("tos", 0, 1)});
constexpr auto traffic_class = std::to_array<StructField>({number("traffic_class", 0, 1)});
constexpr auto class_id = std::to_array<StructField>({number("class_id", 0)});
constexpr auto mark = std::to_array<StructField>({number("mark", 0)});

/// struct inet_diag_sockopt
constexpr auto flags = std::to_array<StructField>({
    bit_field("recverr", 0, 0),
    bit_field("is_icsk", 0, 1),
    bit_field("freebind", 0, 2),
    bit_field("hdrincl", 0, 3),
    bit_field("mc_loop", 0, 4),
    bit_field("transparent", 0, 5),
    bit_field("mc_all", 0, 6),
    bit_field("nodefrag", 0, 7),
    bit_field("bind_address_no_port", 1, 0),
    bit_field("recverr_rfc4884", 1, 1),
    bit_field("defer_connect", 1, 2),
});

/// struct mptcp_info
constexpr auto mptcp_info = std::to_array<StructField>({
    number("subflows", 0, 1),
    number("add_addr_signal", 1, 1),
    number("add_addr_accepted", 2, 1),
    number("subflows_max", 3, 1),
    number("add_addr_signal_max", 4, 1),
    number("add_addr_accepted_max", 5, 1),
    flag("fallback", 8, 0),
    flag("remote_key_received", 8, 1),
    hex("token", 12),
    hex("write_seq", 16, 8),  // 64 bits that begin anywhere: a name for a place, not an amount
    hex("snd_una", 24, 8),
    hex("rcv_nxt", 32, 8),
    number("local_addr_used", 40, 1),
    number("local_addr_max", 41, 1),
    flag("checksum", 42, 0, 1),
    number("retransmits", 44),
    number("bytes_retrans", 48, 8),
    number("bytes_sent", 56, 8),
    number("bytes_received", 64, 8),
    number("bytes_acked", 72, 8),
    number("subflows_total", 80, 1),
    number("last_data_sent_ms", 84),
    number("last_data_recv_ms", 88),
    number("last_ack_recv_ms", 92),
});

constexpr auto packet_info = std::to_array<StructField>({
    number("version", 4),
    number("reserve", 8),
    number("copy_threshold", 12),
    number("timestamp", 16),
    flag("running", 20, 0),
    flag("auxdata", 20, 1),
    flag("origdev", 20, 2),
    flag("vnet_header", 20, 3),
    flag("tx_loss", 20, 4),
});

constexpr auto packet_ring = std::to_array<StructField>({
    number("block_size", 0),
    number("block_count", 4),
    number("frame_size", 8),
    number("frame_count", 12),
    number("retire_timeout_ms", 16),
    number("private_size", 20),
    hex("features", 24),
});

/// PACKET_FANOUT_*: include/uapi/linux/if_packet.h
constexpr auto fanout_types =
    std::to_array<std::string_view>({"hash", "lb", "cpu", "rollover", "rnd", "qm", "cbpf", "ebpf"});
constexpr auto fanout = std::to_array<StructField>({
    {.name = "id", .offset = 0, .shift = 0, .bits = 16},
    {.name = "type", .offset = 0, .meaning = Meaning::word, .shift = 16, .bits = 8, .words = fanout_types},
});

constexpr auto filter = std::to_array<StructField>({limited("filter_instructions", 0)});

constexpr auto netlink_flags = std::to_array<StructField>({
    flag("callback_running", 0, 0),
    flag("packet_info", 0, 1),
    flag("broadcast_error", 0, 2),
    flag("no_enobufs", 0, 3),
    flag("listen_all_nsid", 0, 4),
    flag("cap_ack", 0, 5),
});

constexpr auto xdp_ring = std::to_array<StructField>({number("entries", 0)});

constexpr auto umem = std::to_array<StructField>({
    number("size", 0, 8),
    number("id", 8),
    number("pages", 12),
    number("chunk_size", 16),
    number("headroom", 20),
    number("queue", 28),
    flag("zero_copy", 32, 0),
    number("references", 36),
});

constexpr auto xdp_stats = std::to_array<StructField>({
    number("rx_dropped", 0, 8),
    number("rx_invalid", 8, 8),
    number("rx_full", 16, 8),
    number("fill_ring_empty", 24, 8),
    number("tx_invalid", 32, 8),
    number("tx_ring_empty", 40, 8),
});

}  // namespace

std::span<const StructTable> struct_tables() {
  static const auto tables = std::to_array<StructTable>({
      {DetailKind::tcp_info, tcp_info_fields()},
      {DetailKind::vegas, vegas},
      {DetailKind::dctcp, dctcp},
      {DetailKind::bbr, bbr},
      {DetailKind::md5_keys, md5_keys},
      {DetailKind::memory, memory},
      {DetailKind::timer, timer},
      {DetailKind::tos, tos},
      {DetailKind::traffic_class, traffic_class},
      {DetailKind::class_id, class_id},
      {DetailKind::mark, mark},
      {DetailKind::flags, flags},
      {DetailKind::mptcp_info, mptcp_info},
      {DetailKind::sctp_info, sctp_info_fields()},
      {DetailKind::packet_info, packet_info},
      {DetailKind::receive_ring, packet_ring},
      {DetailKind::transmit_ring, packet_ring},
      {DetailKind::fanout, fanout},
      {DetailKind::filter, filter},
      {DetailKind::netlink_flags, netlink_flags},
      {DetailKind::xdp_receive_ring, xdp_ring},
      {DetailKind::xdp_transmit_ring, xdp_ring},
      {DetailKind::xdp_fill_ring, xdp_ring},
      {DetailKind::xdp_completion_ring, xdp_ring},
      {DetailKind::umem, umem},
      {DetailKind::xdp_stats, xdp_stats},
  });
  return tables;
}

}  // namespace portscope
