// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "collect/local_routes.hpp"
#include "collect/nat_packet.hpp"
#include "portscope/bind.hpp"

namespace collect {

/// Whom somebody may call to reach a socket.
struct NatDestination {
  portscope::Prefix address;  ///< or some address of that network
  bool is_own = true;         ///< not broadcast or multicast, by which few call

  bool operator==(const NatDestination&) const = default;
};

/// Calls of one kind, and whom they may be for.
struct NatWay {
  NatPacket packet;
  std::vector<NatDestination> called;

  bool operator==(const NatWay&) const = default;
};

/// The rules are asked for each of the machine's own addresses, up to so many of a family.
inline constexpr std::size_t most_destinations = 64;

/// By which calls may come to sockets that are bound so. Where the machine's own addresses are not known, or too many,
/// those to a wildcard may be for any.
std::vector<NatWay> ways_to(const std::vector<portscope::BindAttempt>& attempts, const LocalNetworks& networks);

}  // namespace collect
