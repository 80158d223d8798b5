// SPDX-License-Identifier: MIT
#include <algorithm>
#include <bitset>
#include <tuple>
#include <unordered_map>

#include "portscope/detail_types.hpp"
#include "portscope/summary.hpp"

namespace portscope {

namespace {

using Ports = std::bitset<65536>;

/// One space of ports: an MPTCP socket is a TCP socket to the others.
bool uses_tcp_ports(const Socket& socket) {
  return socket.transport == Transport::tcp || socket.transport == Transport::mptcp;
}

Ports ports_of(const Snapshot& snapshot, State state) {
  Ports ports;
  for (const Socket& socket : snapshot.sockets) {
    const Endpoint* local = inet(socket.local);
    if (socket.state == state && local != nullptr && uses_tcp_ports(socket)) ports.set(local->port);
  }
  return ports;
}

Ports ports_of(const std::vector<PortRange>& ranges) {
  Ports ports;
  for (const PortRange& range : ranges) {
    for (std::uint32_t port = range.first; port <= range.last; ++port) ports.set(port);
  }
  return ports;
}

/// "To that server this one has that port": 8 bytes each, and a machine has a million connections.
struct Lease {
  std::uint32_t user = 0;  ///< position among the sources or the destinations
  std::uint16_t port = 0;
  bool time_wait = false;
};

/// A port is had once: two sockets may have the same on two interfaces, or as a subflow.
void settle(std::vector<Lease>& leases) {
  std::sort(leases.begin(), leases.end(), [](const Lease& a, const Lease& b) {
    return std::tie(a.user, a.port, a.time_wait) < std::tie(b.user, b.port, b.time_wait);
  });
  const auto same_port = [](const Lease& a, const Lease& b) { return a.user == b.user && a.port == b.port; };
  leases.erase(std::unique(leases.begin(), leases.end(), same_port), leases.end());
}

/// The position of `key`; one more when it is new.
template <class Key>
std::uint32_t position_of(std::unordered_map<Key, std::uint32_t>& positions, const Key& key) {
  return positions.try_emplace(key, static_cast<std::uint32_t>(positions.size())).first->second;
}

class Budget {
 public:
  Budget(const Snapshot& snapshot, const PortRange& range, const std::vector<PortRange>& reserved)
      : snapshot_(snapshot),
        inside_(ports_of({range})),
        reserved_(ports_of(reserved) & inside_),
        listening_(ports_of(snapshot, State::listen)),
        // connect(2) passes over every port that somebody chose, on whatever address
        // (net/ipv4/inet_hashtables.c, __inet_hash_connect: fastreuse >= 0).
        given_(inside_ & ~reserved_ & ~listening_ & ~ports_of(snapshot, State::bound)) {
    ports_.range = range;
    ports_.reserved = static_cast<std::uint32_t>(reserved_.count());
    ports_.available = static_cast<std::uint32_t>(inside_.count()) - ports_.reserved;
    ports_.bound = ports_.available - static_cast<std::uint32_t>(given_.count());
  }

  EphemeralPorts count() {
    for (std::uint32_t i = 0; i < snapshot_.sockets.size(); ++i) note(i);
    count_sources();
    count_destinations();
    sort();
    return std::move(ports_);
  }

 private:
  void note(std::uint32_t position) {
    const Socket& socket = snapshot_.sockets[position];
    for (const Subflow& subflow : subflows_of(socket)) {
      add(socket, subflow.local, subflow.peer ? &*subflow.peer : nullptr);
    }
    const Endpoint* local = inet(socket.local);
    if (local == nullptr || !inside_.test(local->port)) return;
    const bool may_lose_port = connection_transports.contains(socket.transport) && socket.state == State::listen;
    if (may_lose_port && !reserved_.test(local->port)) ports_.listeners_inside.push_back(position);
    if (uses_tcp_ports(socket)) add(socket, *local, inet(socket.peer));
  }

  /// The first of them has the ends of the whole.
  [[nodiscard]] std::vector<Subflow> subflows_of(const Socket& socket) const {
    if (socket.transport != Transport::mptcp) return {};
    return snapshot_.details.list<Subflow>(socket.details, DetailKind::subflows);
  }

  /// A connection, or one of the TCP connections that an MPTCP one is made of.
  void add(const Socket& socket, const Endpoint& local, const Endpoint* peer) {
    if (!inside_.test(local.port)) return;
    const bool time_wait = socket.state == State::time_wait;
    const std::uint32_t source = position_of(source_positions_, local.address);
    if (source == ports_.sources.size()) ports_.sources.push_back({local.address, 0});
    of_sources_.push_back({source, local.port, false});
    if (peer == nullptr || is_servers(socket, local)) return;
    const std::uint32_t destination =
        position_of(destination_positions_, FiveTuple{Transport::tcp, {local.address, 0}, *peer});
    if (destination == ports_.destinations.size()) ports_.destinations.push_back({local.address, *peer, 0, 0, 0});
    of_destinations_.push_back({destination, local.port, time_wait});
  }

  /// The connections of a server have its port, however many they are.
  [[nodiscard]] bool is_servers(const Socket& socket, const Endpoint& local) const {
    return socket.direction == Direction::in || listening_.test(local.port);
  }

  void count_sources() {
    settle(of_sources_);
    for (const Lease& lease : of_sources_) ++ports_.sources[lease.user].used;
  }

  void count_destinations() {
    settle(of_destinations_);
    for (DestinationUse& use : ports_.destinations) use.left = static_cast<std::uint32_t>(given_.count());
    for (const Lease& lease : of_destinations_) {
      DestinationUse& use = ports_.destinations[lease.user];
      ++use.used;
      if (lease.time_wait) ++use.time_wait;
      if (given_.test(lease.port)) --use.left;
    }
  }

  void sort() {
    std::sort(ports_.sources.begin(), ports_.sources.end(), [](const SourceUse& a, const SourceUse& b) {
      return std::tie(b.used, a.address) < std::tie(a.used, b.address);
    });
    std::sort(ports_.destinations.begin(), ports_.destinations.end(),
              [](const DestinationUse& a, const DestinationUse& b) {
                return std::tie(b.used, a.source, a.destination) < std::tie(a.used, b.source, b.destination);
              });
    const auto key = [&](std::uint32_t position) {
      const Socket& socket = snapshot_.sockets[position];
      const Endpoint& local = *inet(socket.local);
      return std::tuple(socket.transport, local.port, local.address);
    };
    std::stable_sort(ports_.listeners_inside.begin(), ports_.listeners_inside.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return key(a) < key(b); });
  }

  const Snapshot& snapshot_;
  Ports inside_;
  Ports reserved_;
  Ports listening_;
  Ports given_;  // what connect(2) may choose
  std::unordered_map<Address, std::uint32_t> source_positions_;
  std::unordered_map<FiveTuple, std::uint32_t> destination_positions_;  // from port 0, which nobody has
  std::vector<Lease> of_sources_;
  std::vector<Lease> of_destinations_;
  EphemeralPorts ports_;
};

}  // namespace

std::optional<EphemeralPorts> count_ephemeral_ports(const Snapshot& snapshot) {
  const NetSettings& settings = snapshot.settings;
  if (!settings.local_port_range || !settings.reserved_ports) return std::nullopt;
  return Budget(snapshot, *settings.local_port_range, *settings.reserved_ports).count();
}

}  // namespace portscope
