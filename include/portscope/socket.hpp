// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "portscope/details.hpp"
#include "portscope/endpoint.hpp"
#include "portscope/protocol.hpp"

namespace portscope {

/// One row of the kernel's socket tables. Numbers are in host byte order. What the kernel did not
/// tell is empty; the identities (inode, cookie, cgroup, interface), which it numbers from 1, are
/// 0 then. /proc tells less than netlink (linux/inet_diag.h, linux/unix_diag.h).
struct Socket {
  Transport transport = Transport::tcp;
  Family family = Family::ipv4;
  State state = State::closed;
  SocketType type = SocketType::stream;  ///< IP sockets have the type of their transport
  Source source = Source::netlink;
  OwnerStatus owner_status = OwnerStatus::unasked;
  Shutdown shutdown = Shutdown::untold;
  Direction direction = Direction::untold;  ///< told of IP sockets with a peer, when asked for
  std::uint8_t state_id = 0;                ///< the kernel's number of the state (include/net/tcp_states.h)
  std::optional<bool> v6_only;  ///< IPV6_V6ONLY in effect (INET_DIAG_SKV6ONLY); told of IPv6 sockets without a peer

  AnyEndpoint local;
  AnyEndpoint peer;  ///< monostate: not connected

  std::optional<std::uint32_t> uid;  ///< who made it (idiag_uid); empty for time_wait and requests
  std::uint32_t inode = 0;           ///< on sockfs; 0 = belongs to no file (time_wait, request, accept queue, orphan)
  std::uint32_t interface = 0;       ///< index of the interface it is bound to, or scope of a link-local address

  /// Of a listener: connections not yet accepted. Of a connection: bytes not yet read. Of UDP, raw
  /// and ping sockets: buffer memory, which is more than the payload (10 bytes take 832).
  std::optional<std::uint32_t> recv_queue;
  /// Of a listener: the limit of recv_queue. Of a connection: bytes not yet acknowledged. Of UDP, raw
  /// and ping sockets: buffer memory.
  std::optional<std::uint32_t> send_queue;
  /// Of a listener: connections refused. Of others: packets dropped (SK_MEMINFO_DROPS).
  std::optional<std::uint32_t> drops;
  std::uint32_t first_holder = 0;     ///< where its holders begin in Snapshot::holders, should it have any
  DetailId details = DetailId::none;  ///< in Snapshot::details; only what was asked for
  std::uint64_t cookie = 0;           ///< the socket's identity until reboot (SO_COOKIE)
  std::uint64_t cgroup = 0;           ///< id of the cgroup v2 it was made in (INET_DIAG_CGROUP_ID)
};
static_assert(sizeof(Socket) <= 128, "a million of them must fit");

/// The IP end, or nullptr when it is another kind or missing.
inline const Endpoint* inet(const AnyEndpoint& end) { return std::get_if<Endpoint>(&end); }
/// The Unix end, or nullptr when it is another kind or missing.
inline const UnixEndpoint* unix_end(const AnyEndpoint& end) { return std::get_if<UnixEndpoint>(&end); }
/// The vsock end, or nullptr when it is another kind or missing.
inline const VsockEndpoint* vsock_end(const AnyEndpoint& end) { return std::get_if<VsockEndpoint>(&end); }

/// The port of an IP or vsock end; nothing where there is none.
inline std::optional<std::uint32_t> port_of(const AnyEndpoint& end) {
  if (const Endpoint* ip = inet(end)) return ip->port;
  if (const VsockEndpoint* vsock = vsock_end(end)) return vsock->port;
  return std::nullopt;
}

/// Whether an IPv6 wildcard socket is known to take IPv4 too. Of a row from /proc that is not
/// known; covers() takes the kernel's default there.
inline bool is_dual_stack(const Socket& socket) {
  const Endpoint* local = inet(socket.local);
  return socket.family == Family::ipv6 && local != nullptr && local->address == Address{} && socket.v6_only == false;
}

/// The connection this socket is an end of; nothing when it has no IP peer.
inline std::optional<FiveTuple> five_tuple(const Socket& socket) {
  const Endpoint* local = inet(socket.local);
  const Endpoint* peer = inet(socket.peer);
  if (local == nullptr || peer == nullptr) return std::nullopt;
  return FiveTuple{socket.transport, *local, *peer};
}

}  // namespace portscope
