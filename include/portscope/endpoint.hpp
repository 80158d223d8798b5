// SPDX-License-Identifier: MIT
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <variant>

#include "portscope/address.hpp"
#include "portscope/protocol.hpp"
#include "portscope/strings.hpp"

namespace portscope {

/// One end of a conversation over IP. The port is in host byte order; for raw sockets it is
/// the IP protocol number, for icmp ("ping") sockets the echo identifier, as in the kernel's
/// own tables.
struct Endpoint {
  Address address;
  std::uint16_t port = 0;

  auto operator<=>(const Endpoint&) const = default;
};

/// One end of a Unix conversation (unix(7)). `name` is the path, or the abstract name without
/// its leading NUL (it may hold more of them); StringId::none when the socket has no name.
struct UnixEndpoint {
  StringId name = StringId::none;
  std::uint32_t inode = 0;  ///< of the socket at this end, on sockfs; 0 = not told
  bool abstract = false;
  bool told_by_other = false;  ///< of a peer: this end does not say who it is, but the other end does

  bool operator==(const UnixEndpoint&) const = default;
};

/// What a packet socket listens to (packet(7)); on which interface is Socket::interface.
struct PacketEndpoint {
  std::uint16_t protocol = 0;  ///< EtherType in host byte order; 3 (ETH_P_ALL) is every one, 0 none

  auto operator<=>(const PacketEndpoint&) const = default;
};

/// One end of a netlink conversation (netlink(7)).
struct NetlinkEndpoint {
  std::uint32_t port_id = 0;  ///< 0 = the kernel
  std::uint32_t group = 0;    ///< of a peer: the multicast group that is sent to; 0 = none
  std::uint8_t protocol = 0;  ///< NETLINK_ROUTE and the like

  auto operator<=>(const NetlinkEndpoint&) const = default;
};

/// One end of a conversation between virtual machines and their host (vsock(7)).
struct VsockEndpoint {
  std::uint32_t cid = 0;  ///< context id: 0 hypervisor, 1 loopback, 2 host; 2^32-1 (VMADDR_CID_ANY) = any
  std::uint32_t port = 0;

  auto operator<=>(const VsockEndpoint&) const = default;
};

/// What an AF_XDP socket is bound to; the interface is Socket::interface.
struct XdpEndpoint {
  std::uint32_t queue = 0;

  auto operator<=>(const XdpEndpoint&) const = default;
};

/// One end of a TIPC conversation: a socket's number on a node of the cluster.
struct TipcEndpoint {
  std::uint32_t node = 0;
  std::uint32_t reference = 0;

  auto operator<=>(const TipcEndpoint&) const = default;
};

/// An end of any family; monostate = there is none (not connected), or it is not told.
using AnyEndpoint = std::variant<std::monostate, Endpoint, UnixEndpoint, PacketEndpoint, NetlinkEndpoint, VsockEndpoint,
                                 XdpEndpoint, TipcEndpoint>;

/// For std::visit: one function for each alternative, so that a new kind of end does not compile
/// until everybody knows what to do with it.
template <class... Functions>
struct EachKind : Functions... {
  using Functions::operator()...;
};
template <class... Functions>
EachKind(Functions...) -> EachKind<Functions...>;

/// What names a connection: both ends and the protocol. Within one network namespace; between
/// link-local addresses only on one interface.
struct FiveTuple {
  Transport transport = Transport::tcp;
  Endpoint local;
  Endpoint peer;

  /// The same connection as the other end sees it.
  [[nodiscard]] FiveTuple reversed() const { return {transport, peer, local}; }
  auto operator<=>(const FiveTuple&) const = default;
};

}  // namespace portscope

template <>
struct std::hash<portscope::Endpoint> {
  std::size_t operator()(const portscope::Endpoint& endpoint) const noexcept;
};
template <>
struct std::hash<portscope::FiveTuple> {
  std::size_t operator()(const portscope::FiveTuple& tuple) const noexcept;
};
