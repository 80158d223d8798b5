// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "portscope/enum_set.hpp"

namespace portscope {

/// What carries the bytes (OpenTelemetry: network.transport). xdp is AF_XDP, raw frames of one queue
/// of an interface; packet is AF_PACKET, copies of frames.
enum class Transport : std::uint8_t {
  tcp,
  mptcp,
  udp,
  udplite,
  sctp,
  dccp,
  raw,
  icmp,
  unix_socket,
  packet,
  netlink,
  vsock,
  xdp,
  tipc
};
template <>
struct Names<Transport> {
  static constexpr auto list =
      std::to_array<std::string_view>({"tcp", "mptcp", "udp", "udplite", "sctp", "dccp", "raw", "icmp", "unix",
                                       "packet", "netlink", "vsock", "xdp", "tipc"});
};

/// The transports of IP; what is listed when no protocol was asked for.
inline constexpr EnumSet<Transport> inet_transports{Transport::tcp,     Transport::mptcp, Transport::udp,
                                                    Transport::udplite, Transport::sctp,  Transport::dccp,
                                                    Transport::raw,     Transport::icmp};

/// Those whose states are a connection's, as TCP has them.
inline constexpr EnumSet<Transport> connection_transports{Transport::tcp, Transport::mptcp, Transport::sctp,
                                                          Transport::dccp};

/// The address family of the *socket*. An IPv6 socket that talks to an IPv4 peer is ipv6 and
/// has IPv4 addresses.
enum class Family : std::uint8_t { ipv4, ipv6, unix_socket, packet, netlink, vsock, xdp, tipc };
template <>
struct Names<Family> {
  static constexpr auto list =
      std::to_array<std::string_view>({"ipv4", "ipv6", "unix", "packet", "netlink", "vsock", "xdp", "tipc"});
};

/// The transports whose sockets can be of that family.
EnumSet<Transport> transports_of(Family family);

/// What a socket is doing, in the spelling of OpenTelemetry's network.connection.state, plus
/// `unconnected` (a datagram or raw socket without a peer, a Unix socket that neither listens
/// nor is connected) and `bound` (TCP: has a port, neither listens nor is connected; blocks the
/// port all the same. The kernel reports it as state 7 when bit 13 is asked for, Linux 6.8).
enum class State : std::uint8_t {
  listen,
  established,
  syn_sent,
  syn_received,
  fin_wait_1,
  fin_wait_2,
  close_wait,
  last_ack,
  closing,
  time_wait,
  closed,
  unconnected,
  bound
};
template <>
struct Names<State> {
  static constexpr auto list = std::to_array<std::string_view>(
      {"listen", "established", "syn_sent", "syn_received", "fin_wait_1", "fin_wait_2", "close_wait", "last_ack",
       "closing", "time_wait", "closed", "unconnected", "bound"});
};

/// The transport of that name, in upper or lower case; nothing when there is none.
std::optional<Transport> parse_transport(std::string_view name);

/// The state of any usual spelling (`LISTEN`, `listening`, `estab`, `time-wait`, `FIN_WAIT1`,
/// ...); nothing when it is not one.
std::optional<State> parse_state(std::string_view spelling);

/// The states of a name as ss uses it: one state, or one of the groups `all`, `connected`,
/// `synchronized`, `bucket`, `big` (ss(8), STATE-FILTER). Nothing when it is neither.
std::optional<EnumSet<State>> parse_states(std::string_view spelling);

/// SOCK_STREAM and the like (socket(2)); packet is the SOCK_PACKET of old.
enum class SocketType : std::uint8_t { stream, datagram, seqpacket, raw, rdm, packet };
template <>
struct Names<SocketType> {
  static constexpr auto list =
      std::to_array<std::string_view>({"stream", "datagram", "seqpacket", "raw", "rdm", "packet"});
};

/// Where a row was read: `descriptor` is the socket itself, duplicated from its holder (pidfd_getfd(2)).
enum class Source : std::uint8_t { netlink, proc, descriptor };
template <>
struct Names<Source> {
  static constexpr auto list = std::to_array<std::string_view>({"netlink", "proc", "descriptor"});
};

/// Which directions were shut down (shutdown(2)).
enum class Shutdown : std::uint8_t { untold, none, receive, send, both };
template <>
struct Names<Shutdown> {
  static constexpr auto list = std::to_array<std::string_view>({"untold", "none", "receive", "send", "both"});
};

/// Who called whom. `in`: the connection came to a port on which a socket of this network namespace
/// waits for others; `local`: both ends are in it; `out`: the rest.
enum class Direction : std::uint8_t { untold, in, out, local };
template <>
struct Names<Direction> {
  static constexpr auto list = std::to_array<std::string_view>({"untold", "in", "out", "local"});
};

/// Why a socket has the owners it has; never silently blank.
enum class OwnerStatus : std::uint8_t {
  unasked,    ///< nobody asked for owners
  known,      ///< at least one holder was found
  hidden,     ///< a process may hold it that the caller may not look into
  kernel,     ///< every process could be looked into and none holds it: made by the kernel itself
  none,       ///< no process can hold it any more, or yet: time_wait, orphan, request, accept queue
  elsewhere,  ///< held outside the caller's PID namespace (or by the kernel: from inside it looks alike)
  gone        ///< it was closed, or its holder vanished, while we looked
};
template <>
struct Names<OwnerStatus> {
  static constexpr auto list =
      std::to_array<std::string_view>({"unasked", "known", "hidden", "kernel", "none", "elsewhere", "gone"});
};

}  // namespace portscope
