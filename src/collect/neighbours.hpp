// SPDX-License-Identifier: MIT
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <tuple>
#include <unordered_set>
#include <vector>

#include "portscope/socket.hpp"

namespace collect {

/// Notes all sockets of a network namespace, also those that nobody asked for, as far as is needed
/// to tell who called whom.
class Neighbours {
 public:
  void note(const portscope::Socket& socket);

  /// Call when everything is noted.
  void settle();

  /// `local` when the other end was noted; `in` when a socket waits for others on the local port;
  /// else `out`. `untold` for what has no IP peer.
  [[nodiscard]] portscope::Direction direction_of(const portscope::Socket& socket) const;

  /// How many connections `listener` has in SYN_RECV: those whose packets find it and no listener
  /// that is bound more closely. Listeners that share address and port each have the sum of all.
  [[nodiscard]] std::uint32_t requests_of(const portscope::Socket& listener) const;

 private:
  /// What decides which packets find a listener.
  struct Listener {
    std::uint32_t place = 0;
    std::uint32_t interface = 0;
    portscope::Address address;
    bool v6_only = false;

    bool operator<(const Listener& other) const {
      return std::tie(place, interface, address, v6_only) <
             std::tie(other.place, other.interface, other.address, other.v6_only);
    }
  };
  struct Request {
    std::uint32_t place = 0;
    std::uint32_t interface = 0;
    portscope::Address local;
    std::uint64_t trace = 0;

    auto operator<=>(const Request&) const = default;
  };
  static Listener listener_of(const portscope::Socket& socket);
  static bool finds(const Request& request, const Listener& listener);
  void hand_out_requests();

  // A fingerprint of each connection instead of its 40 bytes: that of another one is alike in one
  // of 2^64 cases, and a machine has a million connections.
  std::vector<std::uint64_t> connections_;
  std::unordered_set<std::uint32_t> waiting_;       // transport and port
  std::unordered_set<std::uint64_t> waiting_ends_;  // fingerprints of transport, address and port
  std::vector<Request> requests_;
  std::map<Listener, std::uint32_t> listeners_;  // and how many requests find each
};

}  // namespace collect
