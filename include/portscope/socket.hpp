// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "portscope/endpoint.hpp"
#include "portscope/protocol.hpp"

namespace portscope {

/// One row of the kernel's socket tables. Numbers are in host byte order. Where the kernel says
/// nothing the value is empty; zero means zero, but for the identities (inode, cookie, cgroup,
/// interface), which the kernel itself numbers from 1.
struct Socket {
  Transport transport = Transport::tcp;
  Family family = Family::ipv4;
  State state = State::closed;
  SocketType type = SocketType::stream;
  Source source = Source::netlink;
  OwnerStatus owner_status = OwnerStatus::unasked;
  std::uint8_t state_id = 0;   ///< the kernel's number of the state (include/net/tcp_states.h)
  bool v6_only = false;        ///< IPV6_V6ONLY in effect (INET_DIAG_SKV6ONLY); false where not told
  bool v6_only_known = false;  ///< /proc does not tell

  AnyEndpoint local;
  AnyEndpoint peer;  ///< monostate: not connected

  std::optional<std::uint32_t> uid;  ///< who made it (idiag_uid); empty for time_wait and requests
  std::uint32_t inode = 0;           ///< on sockfs; 0 = belongs to no file (time_wait, request, accept queue, orphan)
  std::uint32_t interface = 0;       ///< index of the interface it is bound to, or scope of a link-local address
  std::uint32_t recv_queue = 0;      ///< bytes not yet read; of a listener: connections not yet accepted
  std::uint32_t send_queue = 0;      ///< bytes not yet acknowledged; of a listener: the limit of recv_queue
  std::optional<std::uint32_t>
      drops;                 ///< of a listener: connections refused; else datagrams dropped (SK_MEMINFO_DROPS)
  std::uint64_t cookie = 0;  ///< the socket's identity until reboot (SO_COOKIE); 0 = not told
  std::uint64_t cgroup = 0;  ///< id of the cgroup v2 it was made in (INET_DIAG_CGROUP_ID); 0 = not told
};
static_assert(sizeof(Socket) <= 128, "a million of them must fit");

/// The IP end, or nullptr when it is another kind or missing.
inline const Endpoint* inet(const AnyEndpoint& end) { return std::get_if<Endpoint>(&end); }
/// The Unix end, or nullptr when it is another kind or missing.
inline const UnixEndpoint* unix_end(const AnyEndpoint& end) { return std::get_if<UnixEndpoint>(&end); }

/// Whether an IPv6 wildcard socket takes IPv4 too. False where /proc cannot tell: see
/// Socket::v6_only_known.
inline bool is_dual_stack(const Socket& socket) {
  const Endpoint* local = inet(socket.local);
  return socket.family == Family::ipv6 && local != nullptr && local->address == Address{} && socket.v6_only_known &&
         !socket.v6_only;
}

/// Whether recv_queue and send_queue were told; /proc does not for Unix sockets.
inline bool queue_known(const Socket& socket) {
  return socket.source == Source::netlink || socket.transport != Transport::unix_socket;
}
/// Whether a listener's send_queue, its limit, was told; /proc does not.
inline bool backlog_known(const Socket& socket) { return socket.source == Source::netlink; }

/// The connection this socket is an end of; nothing when it has no IP peer.
inline std::optional<FiveTuple> five_tuple(const Socket& socket) {
  const Endpoint* local = inet(socket.local);
  const Endpoint* peer = inet(socket.peer);
  if (local == nullptr || peer == nullptr) return std::nullopt;
  return FiveTuple{socket.transport, *local, *peer};
}

}  // namespace portscope
