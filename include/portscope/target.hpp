// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "portscope/address.hpp"
#include "portscope/protocol.hpp"
#include "portscope/socket.hpp"
#include "portscope/strings.hpp"

namespace portscope {

/// Ports first..last, both included. Those of vsock have 32 bits.
struct PortRange {
  std::uint32_t first = 0;
  std::uint32_t last = 65535;

  [[nodiscard]] bool contains(std::uint32_t port) const { return first <= port && port <= last; }
  bool operator==(const PortRange&) const = default;
};

/// One positional word such as `8080/tcp`, `127.0.0.1:8080`, `10.0.0.0/8`, `/run/x.sock`.
/// What is empty does not restrict.
struct Target {
  std::optional<Transport> transport;
  std::optional<Prefix> address;
  std::string interface;              ///< scope of the address: the name of an interface; empty: any
  std::uint32_t interface_index = 0;  ///< of `interface`, once take_snapshot has looked it up
  std::optional<PortRange> ports;
  std::optional<Family> family;              ///< of the socket
  std::optional<std::uint32_t> cid;          ///< of a vsock end (VsockEndpoint)
  std::optional<std::string> path;           ///< of a Unix socket
  std::optional<std::string> abstract_name;  ///< of a Unix socket, without the leading NUL
  /// Of the path of a Unix socket, or of `@` and its abstract name, empty where it has neither: a glob (fnmatch(3)), in
  /// which `*` is any text, slashes included, and upper case is as good as lower; as ss reads them.
  std::optional<std::string> name_pattern;

  /// - ports: the *local* port is among them.
  /// - one address and ports: who is reached there, so a wildcard bound on that port counts
  ///   (a dual-stack one for IPv4 addresses too).
  /// - an address or a prefix alone: either end lies in it.
  /// - an interface: of what /proc told, which does not tell it, every one may be meant.
  [[nodiscard]] bool matches(const Socket& socket, const StringPool& strings) const;
  /// It means a Unix socket by its name.
  [[nodiscard]] bool has_name() const { return path || abstract_name || name_pattern; }
  /// Whether the end has that name.
  [[nodiscard]] bool is_name_of(const AnyEndpoint& end, const StringPool& strings) const;
  bool operator==(const Target&) const = default;
};

}  // namespace portscope
