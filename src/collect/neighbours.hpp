// SPDX-License-Identifier: MIT
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <span>
#include <tuple>
#include <unordered_set>
#include <vector>

#include "collect/fingerprints.hpp"
#include "portscope/socket.hpp"

namespace collect {

/// Notes all sockets of a network namespace, also those that nobody asked for, as far as is needed
/// to tell who called whom.
class Neighbours {
 public:
  void note(const portscope::Socket& socket);

  /// Call when everything is noted.
  void settle();

  /// Sets the direction of each: `local` when the other end was noted; `in` when a socket waits for others on the local
  /// port; else `out`. `untold` for what has no IP peer.
  void tell_directions(std::span<portscope::Socket> sockets) const;

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
  [[nodiscard]] portscope::Direction direction_of(const portscope::FiveTuple& tuple, std::uint64_t other_end) const;
  void hand_out_requests();

  Fingerprints connections_;                      // of their 5-tuples
  Fingerprints waiting_ends_;                     // of transport, address and port
  std::vector<std::uint64_t> noted_connections_;  // what will be in these two
  std::vector<std::uint64_t> noted_ends_;
  std::unordered_set<std::uint32_t> waiting_;  // transport and port
  std::vector<Request> requests_;
  std::map<Listener, std::uint32_t> listeners_;  // and how many requests find each
};

}  // namespace collect
