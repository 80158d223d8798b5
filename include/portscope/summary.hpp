// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "portscope/snapshot.hpp"

namespace portscope {

/// How many sockets of one protocol are in one state.
struct SummaryRow {
  Transport transport = Transport::tcp;
  State state = State::listen;
  std::uint64_t ipv4 = 0;
  std::uint64_t ipv6 = 0;
  std::uint64_t total = 0;  ///< with those that are neither (Unix)
};

/// How many of the sockets one process holds.
struct ProcessShare {
  std::uint32_t process = 0;  ///< position in Snapshot::processes
  std::uint64_t sockets = 0;
  std::uint64_t listening = 0;    ///< of these, in state listen
  std::uint64_t established = 0;  ///< of these, in state established
};

/// How many ephemeral ports of one local address any TCP socket has, whatever it does with them.
/// bind(2) to port 0 there finds only the others, and those of the wildcard address not either.
struct SourceUse {
  Address address;
  std::uint32_t used = 0;
};

/// How many ephemeral ports the TCP connections from one address to one server have. Two
/// connections to one server need two ports; those to another server may have the same ones.
struct DestinationUse {
  Address source;
  Endpoint destination;
  std::uint32_t used = 0;
  std::uint32_t time_wait = 0;  ///< of these, only waiting for late packets of a connection that is over
  std::uint32_t left = 0;       ///< how many more connect(2) finds, as far as can be seen
};

/// The ports that connect(2) and bind(2) choose from, and who has them. The numbers are of the
/// sockets in the snapshot.
struct EphemeralPorts {
  PortRange range;
  std::uint32_t reserved = 0;   ///< ports inside that are in ip_local_reserved_ports
  std::uint32_t available = 0;  ///< the others
  std::uint32_t bound = 0;      ///< of these, the ones connect(2) passes over: a TCP socket listens or is bound there
  std::vector<SourceUse> sources;            ///< most used first
  std::vector<DestinationUse> destinations;  ///< most used first
  /// Positions in Snapshot::sockets of the servers inside, but for those on reserved ports: while
  /// such a server is down, a client may be given its port.
  std::vector<std::uint32_t> listeners_inside;
};

struct Summary {
  std::vector<SummaryRow> counts;  ///< ordered by protocol, then state; rows without a socket are left out
  std::uint64_t time_wait = 0;
  std::uint64_t orphans = 0;                        ///< TCP: closed by their program while the connection is not over
  std::vector<ProcessShare> processes;              ///< most sockets first
  std::optional<EphemeralPorts> ephemeral_ports;    ///< nothing when the settings are not known
  std::vector<std::uint32_t> overflowed_listeners;  ///< positions in Snapshot::sockets; most refusals first
};

/// Sums up a snapshot: all of it, and nothing else.
Summary summarize(const Snapshot& snapshot);

/// The part about ephemeral ports.
std::optional<EphemeralPorts> count_ephemeral_ports(const Snapshot& snapshot);

/// Segments that TCP sent again, in millionths of all it sent. Nothing when that is not known, or
/// none was sent.
std::optional<std::uint64_t> retransmitted_ppm(const NetSettings& settings);

}  // namespace portscope
