// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_map>
#include <vector>

#include "portscope/endpoint.hpp"
#include "portscope/snapshot.hpp"

namespace portscope {

/// Answers "who is at this port", "which socket is this connection" and "who is at the other
/// end" for one snapshot, each without a search through all of it. The snapshot must outlive
/// the index, and must hold the sockets in question (a narrow Selection leaves them out).
class Index {
 public:
  explicit Index(const Snapshot& snapshot);

  /// The sockets bound at `where.port` whose address is `where.address` or covers it: an IPv4
  /// wildcard covers every IPv4 address, `::` every IPv6 address and, dual-stack, every IPv4
  /// address too. A wildcard `where` finds the sockets on any address it would cover. In the
  /// order of the snapshot; connected sockets only when the address is their own.
  [[nodiscard]] std::vector<const Socket*> at(Transport transport, const Endpoint& where) const;

  /// The processes that hold the sockets at(), once each, by pid.
  [[nodiscard]] std::vector<const Process*> processes_at(Transport transport, const Endpoint& where) const;

  /// The socket that is the local end of `tuple`; nullptr when there is none.
  [[nodiscard]] const Socket* find(const FiveTuple& tuple) const;

  /// The socket at the other end of a connection that stays on this machine; nullptr when
  /// `socket` has no peer, or the peer is elsewhere.
  [[nodiscard]] const Socket* local_peer(const Socket& socket) const;

 private:
  using Positions = std::vector<std::uint32_t>;
  struct PortKey {
    Transport transport;
    std::uint16_t port;
    bool operator==(const PortKey&) const = default;
  };
  struct PortKeyHash {
    std::size_t operator()(const PortKey& key) const noexcept {
      return (static_cast<std::size_t>(key.transport) << 16U) | key.port;
    }
  };

  const Snapshot& snapshot_;
  std::unordered_map<PortKey, Positions, PortKeyHash> by_port_;
  std::unordered_map<FiveTuple, std::uint32_t> by_tuple_;
  std::unordered_map<std::uint32_t, std::uint32_t> unix_by_inode_;
};

/// Whether a packet to `address` finds the socket `bound` on its port (the lookup of
/// net/ipv4/inet_hashtables.c and net/ipv6/inet6_hashtables.c): same address, or a wildcard without
/// a peer that covers it. An IPv6 wildcard of which /proc did not tell whether it is v6only is taken
/// for dual-stack, the kernel's default (net.ipv6.bindv6only = 0).
bool covers(const Socket& bound, const Address& address);

}  // namespace portscope
