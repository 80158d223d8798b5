// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace portscope {

/// What can be known of a socket beyond its row. Most are structs exactly as the kernel sent them,
/// as long or as short as that kernel makes them; kernel_structs.hpp says what lies where in them.
enum class DetailKind : std::uint16_t {
  tcp_info,             ///< struct tcp_info (linux/tcp.h)
  congestion,           ///< name of the congestion control (INET_DIAG_CONG), text
  vegas,                ///< struct tcpvegas_info (linux/inet_diag.h)
  dctcp,                ///< struct tcp_dctcp_info
  bbr,                  ///< struct tcp_bbr_info
  ulp,                  ///< name of the upper-layer protocol (INET_ULP_INFO_NAME), text
  tls,                  ///< TlsInfo
  subflow,              ///< SubflowInfo, of a TCP socket that carries an MPTCP one
  md5_keys,             ///< how many TCP-MD5 keys are set (RFC 2385)
  memory,               ///< the numbers of SK_MEMINFO_* (linux/sock_diag.h)
  timer,                ///< Timer
  tos,                  ///< IP_TOS
  traffic_class,        ///< IPV6_TCLASS
  class_id,             ///< net_cls class, or SO_PRIORITY where there is none
  mark,                 ///< SO_MARK
  flags,                ///< struct inet_diag_sockopt
  requests,             ///< how many connections of a listener are in SYN_RECV
  mptcp_info,           ///< struct mptcp_info (linux/mptcp.h)
  subflows,             ///< list of Subflow
  sctp_info,            ///< struct sctp_info (linux/sctp.h)
  sctp_locals,          ///< list of Endpoint
  sctp_peers,           ///< list of Endpoint
  unix_file,            ///< UnixFile
  unix_pending,         ///< list of inodes (32 bits) that wait to be accepted
  unix_senders,         ///< list of UnixEndpoint: who is connected to a socket that has no peer itself
  packet_info,          ///< struct packet_diag_info (linux/packet_diag.h)
  packet_memberships,   ///< list of struct packet_diag_mclist
  receive_ring,         ///< struct packet_diag_ring
  transmit_ring,        ///< struct packet_diag_ring
  fanout,               ///< id and type of the fan-out group (PACKET_FANOUT)
  filter,               ///< how many instructions the socket filter has
  netlink_groups,       ///< bit map in 32-bit words (NETLINK_DIAG_GROUPS)
  netlink_flags,        ///< NDIAG_FLAG_*
  xdp_receive_ring,     ///< struct xdp_diag_ring (linux/xdp_diag.h)
  xdp_transmit_ring,    ///< struct xdp_diag_ring
  xdp_fill_ring,        ///< struct xdp_diag_ring
  xdp_completion_ring,  ///< struct xdp_diag_ring
  umem,                 ///< struct xdp_diag_umem
  xdp_stats,            ///< struct xdp_diag_stats
  tipc,                 ///< TipcInfo
  set_options           ///< SetOptions: what getsockopt(2) said
};

/// Where the details of one socket are kept; `none` when it has none.
enum class DetailId : std::uint32_t { none = 0 };

/// Keeps details of sockets, all in one block of memory: most sockets of most questions have none,
/// and a million of them may have several. Only ever grows.
class DetailStore {
 public:
  using Bytes = std::span<const std::byte>;

  /// Adds a detail to those of `id`; none counts from the first.
  [[nodiscard]] DetailId add(DetailId id, DetailKind kind, Bytes payload);

  /// A struct or number of our own.
  template <class T>
  [[nodiscard]] DetailId add_value(DetailId id, DetailKind kind, const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    return add(id, kind, std::as_bytes(std::span(&value, 1)));
  }
  template <class T>
  [[nodiscard]] DetailId add_list(DetailId id, DetailKind kind, const std::vector<T>& values) {
    static_assert(std::is_trivially_copyable_v<T>);
    return add(id, kind, std::as_bytes(std::span(values)));
  }

  /// Copies all details that a socket of another store has, in their order.
  [[nodiscard]] DetailId add_all(const DetailStore& other, DetailId id);

  /// The bytes of the detail that was added last of that kind; nothing when there is none. Valid
  /// until the next add().
  [[nodiscard]] std::optional<Bytes> find(DetailId id, DetailKind kind) const;

  /// The value; nothing when there is none. What the kernel left out is zero.
  template <class T>
  [[nodiscard]] std::optional<T> value(DetailId id, DetailKind kind) const;
  /// The list; empty when there is none.
  template <class T>
  [[nodiscard]] std::vector<T> list(DetailId id, DetailKind kind) const;
  /// The text, up to its first NUL; empty when there is none.
  [[nodiscard]] std::string_view text(DetailId id, DetailKind kind) const;

 private:
  /// Stands before every payload.
  struct Header {
    DetailId previous = DetailId::none;
    DetailKind kind{};
    std::uint32_t size = 0;
    std::uint32_t padding = 0;  // payloads stay aligned to 8
  };
  std::vector<std::byte> bytes_;  // headers and payloads, each aligned to 8
};

// --- Inline implementations ---

template <class T>
std::optional<T> DetailStore::value(DetailId id, DetailKind kind) const {
  static_assert(std::is_trivially_copyable_v<T>);
  const auto bytes = find(id, kind);
  if (!bytes) return std::nullopt;
  T result{};
  std::memcpy(&result, bytes->data(), bytes->size() < sizeof result ? bytes->size() : sizeof result);
  return result;
}

template <class T>
std::vector<T> DetailStore::list(DetailId id, DetailKind kind) const {
  static_assert(std::is_trivially_copyable_v<T>);
  const auto bytes = find(id, kind);
  std::vector<T> result(bytes ? bytes->size() / sizeof(T) : 0);
  if (!result.empty()) std::memcpy(result.data(), bytes->data(), result.size() * sizeof(T));
  return result;
}

}  // namespace portscope
