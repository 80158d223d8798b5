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

  bool operator==(const UnixEndpoint&) const = default;
};

/// An end of any family; monostate = there is none (not connected).
using AnyEndpoint = std::variant<std::monostate, Endpoint, UnixEndpoint>;

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
