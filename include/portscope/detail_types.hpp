// SPDX-License-Identifier: MIT
// The details (details.hpp) that are structs of our own. All are trivially copyable.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "portscope/endpoint.hpp"
#include "portscope/protocol.hpp"
#include "portscope/strings.hpp"

namespace portscope {

/// A timer of TCP (idiag_timer): numbers of inet_diag_msg_common_fill, net/ipv4/inet_diag.c.
struct Timer {
  std::uint8_t kind = 0;         ///< 0 none, 1 retransmit, 2 keepalive, 3 time_wait, 4 zero-window probe, 5 delayed ack
  std::uint8_t retransmits = 0;  ///< tries so far
  std::uint32_t expires_ms = 0;  ///< until it fires, milliseconds
};

/// Kernel TLS (TLS_INFO_*, linux/tls.h). Empty: the kernel did not say.
struct TlsInfo {
  std::optional<std::uint16_t> version;  ///< TLS_1_2_VERSION 0x0303, TLS_1_3_VERSION 0x0304
  std::optional<std::uint16_t> cipher;   ///< TLS_CIPHER_*
  std::optional<std::uint16_t> receive;  ///< TLS_CONF_*: 1 base, 2 software, 3 hardware, 4 hardware record
  std::optional<std::uint16_t> transmit;
  bool zero_copy_sendfile = false;
  bool no_padding = false;
};

/// What a TCP socket tells of the MPTCP connection it carries (MPTCP_SUBFLOW_ATTR_*, linux/mptcp.h).
struct SubflowInfo {
  std::uint32_t local_token = 0;
  std::uint32_t remote_token = 0;
  std::uint32_t flags = 0;  ///< MPTCP_SUBFLOW_FLAG_*
  // Of these the kernel tells CAP_NET_ADMIN only:
  std::optional<std::uint32_t> relative_write_seq;  ///< what was sent over this one, in bytes
  std::optional<std::uint64_t> map_seq;             ///< data sequence number of the mapping that is received (RFC 8684)
  std::optional<std::uint32_t> map_subflow_seq;     ///< and where it begins in the subflow
  std::optional<std::uint32_t> ssn_offset;
  std::optional<std::uint16_t> map_data_length;
  std::uint8_t local_id = 0;
  std::uint8_t remote_id = 0;
};

/// A TCP connection (or listener) that carries an MPTCP socket.
struct Subflow {
  Endpoint local;
  std::optional<Endpoint> peer;
  std::uint64_t cookie = 0;
  std::uint32_t interface = 0;
  State state = State::closed;
};

/// The file that a Unix socket is bound to (struct unix_diag_vfs). The device as stat(2) numbers it.
struct UnixFile {
  std::uint32_t inode = 0;  ///< its lower 32 bits: the kernel tells no more
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
};

/// Frames that a packet socket has the interface receive besides its own (struct packet_diag_mclist,
/// linux/packet_diag.h).
struct PacketMembership {
  std::uint32_t interface = 0;  ///< its index
  std::uint32_t count = 0;      ///< how often it was asked for
  std::uint16_t type = 0;       ///< PACKET_MR_*: 0 multicast, 1 promiscuous, 2 all multicast, 3 unicast
  std::uint16_t address_length = 0;
  std::array<std::uint8_t, 32> address{};
};

/// TIPC (linux/tipc_netlink.h).
struct TipcInfo {
  std::uint32_t connection_type = 0;      ///< service the connection was made to; 0 = none
  std::uint32_t connection_instance = 0;  ///< and its instance
  bool published = false;                 ///< it is bound to at least one service name
  bool link_congested = false;
  bool connection_congested = false;
};

/// Who was at the other end of a Unix socket when the connection was made; of a listener, who called
/// listen(2); of a pair, who made it (SO_PEERCRED, unix(7)). All empty when it has no other end.
struct PeerCredentials {
  std::optional<std::int32_t> pid;  ///< in the caller's PID namespace; empty also when it is not in there
  std::optional<std::uint32_t> uid;
  std::optional<std::uint32_t> gid;
};

/// What getsockopt(2) says of a socket, asked through its holder. A field is empty when the socket
/// has no such option, or this kernel does not tell it.
struct SetOptions {
  // socket(7)
  std::optional<bool> reuse_address;      ///< SO_REUSEADDR
  std::optional<bool> reuse_port;         ///< SO_REUSEPORT
  std::optional<bool> keepalive;          ///< SO_KEEPALIVE
  std::optional<bool> broadcast;          ///< SO_BROADCAST
  std::optional<bool> dont_route;         ///< SO_DONTROUTE
  std::optional<bool> oob_inline;         ///< SO_OOBINLINE
  std::optional<bool> linger;             ///< SO_LINGER is on: close(2) waits until all is sent,
  std::optional<std::uint32_t> linger_s;  ///< but no longer than these seconds; 0 = it resets the connection
  /// SO_RCVBUF and SO_SNDBUF, bytes, as the kernel counts: twice what setsockopt(2) was given.
  std::optional<std::uint32_t> receive_buffer;
  std::optional<std::uint32_t> send_buffer;
  std::optional<std::uint32_t> receive_timeout_ms;  ///< SO_RCVTIMEO, milliseconds; 0 = waits for ever
  std::optional<std::uint32_t> send_timeout_ms;     ///< SO_SNDTIMEO
  std::optional<std::uint32_t> priority;            ///< SO_PRIORITY
  std::optional<std::uint32_t> mark;                ///< SO_MARK
  std::optional<std::uint32_t> busy_poll_us;        ///< SO_BUSY_POLL, microseconds; 0 = does not
  std::optional<std::int32_t> incoming_cpu;         ///< SO_INCOMING_CPU: set, or the last one used; -1 = none yet
  std::optional<StringId> bound_device;             ///< SO_BINDTODEVICE, a name; StringId::none = to none
  std::optional<bool> pass_credentials;             ///< SO_PASSCRED
  std::optional<PeerCredentials> peer_credentials;  ///< SO_PEERCRED
  // ip(7), ipv6(7)
  std::optional<bool> transparent;  ///< IP_TRANSPARENT
  std::optional<bool> freebind;     ///< IP_FREEBIND
  std::optional<bool> v6_only;      ///< IPV6_V6ONLY
  // tcp(7); what was not set is told as it takes effect, from net.ipv4.tcp_*
  std::optional<std::uint32_t> keepalive_idle_s;      ///< TCP_KEEPIDLE: seconds of silence before the first probe
  std::optional<std::uint32_t> keepalive_interval_s;  ///< TCP_KEEPINTVL: seconds between probes
  std::optional<std::uint32_t> keepalive_count;       ///< TCP_KEEPCNT: probes without answer before it gives up
  std::optional<std::uint32_t> user_timeout_ms;       ///< TCP_USER_TIMEOUT, milliseconds; 0 = the system's
  std::optional<bool> no_delay;                       ///< TCP_NODELAY, SCTP_NODELAY
  std::optional<bool> cork;                           ///< TCP_CORK
  std::optional<bool> quick_ack;                      ///< TCP_QUICKACK, which TCP itself turns on and off
  std::optional<std::uint32_t> defer_accept_s;        ///< TCP_DEFER_ACCEPT, seconds; 0 = does not
  std::optional<std::uint32_t> max_segment;           ///< TCP_MAXSEG, bytes
  std::optional<std::uint32_t> fast_open_queue;       ///< TCP_FASTOPEN: how many may wait; 0 = off
};

}  // namespace portscope
