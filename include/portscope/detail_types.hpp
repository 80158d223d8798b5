// SPDX-License-Identifier: MIT
// The details (details.hpp) that are structs of our own. All are trivially copyable.
#pragma once

#include <cstdint>
#include <optional>

#include "portscope/endpoint.hpp"
#include "portscope/protocol.hpp"

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

/// TIPC (linux/tipc_netlink.h).
struct TipcInfo {
  std::uint32_t connection_type = 0;      ///< service the connection was made to; 0 = none
  std::uint32_t connection_instance = 0;  ///< and its instance
  std::uint32_t drops = 0;
  bool published = false;  ///< it is bound to at least one service name
  bool link_congested = false;
  bool connection_congested = false;
};

}  // namespace portscope
