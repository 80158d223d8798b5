// SPDX-License-Identifier: MIT
#include "collect/neighbours.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <tuple>
#include <utility>

#include "portscope/selection.hpp"

namespace collect {

using portscope::Direction;
using portscope::FiveTuple;
using portscope::Socket;
using portscope::State;
using portscope::Transport;

namespace {

/// The finalizer of splitmix64.
constexpr std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

std::uint64_t trace_of_tuple(const FiveTuple& tuple) {
  auto trace = static_cast<std::uint64_t>(tuple.transport);
  for (const auto* end : {&tuple.local, &tuple.peer}) {
    std::uint64_t half = 0;
    for (std::size_t i = 0; i < end->address.bytes().size(); i += sizeof half) {
      std::memcpy(&half, end->address.bytes().data() + i, sizeof half);
      trace = mix(trace ^ half);
    }
    trace = mix(trace ^ end->port);
  }
  return trace;
}

/// An MPTCP connection may have fallen back to TCP at its other end.
Transport port_space(Transport transport) { return transport == Transport::mptcp ? Transport::tcp : transport; }

std::uint32_t place(Transport transport, std::uint16_t port) {
  return (static_cast<std::uint32_t>(port_space(transport)) << 16U) | port;
}

FiveTuple in_port_space(FiveTuple tuple) {
  tuple.transport = port_space(tuple.transport);
  return tuple;
}

bool is_loopback(const portscope::Address& address) {
  constexpr std::uint8_t net_127 = 127;
  constexpr std::size_t first_of_ipv4 = 12;
  if (address.is_ipv4()) return address.bytes()[first_of_ipv4] == net_127;
  portscope::Address::Bytes one{};
  one.back() = 1;
  return address == portscope::Address::ipv6(one);
}

/// A connected socket may talk to one that is not connected itself, as clients of a UDP server do. A
/// server on a wildcard is not everybody's peer, but on a loopback address there is nobody else.
bool may_talk_to_unconnected(Transport transport) { return !portscope::connection_transports.contains(transport); }

}  // namespace

void Neighbours::note(const Socket& socket) {
  if (const auto tuple = five_tuple(socket)) {
    const std::uint64_t trace = trace_of_tuple(in_port_space(*tuple));
    noted_connections_.push_back(trace);
    if (socket.state == State::syn_received) {
      requests_.push_back({place(socket.transport, tuple->local.port), socket.interface, tuple->local.address, trace});
    }
  } else if (const auto* local = inet(socket.local);
             local != nullptr && portscope::waiting_states(socket.transport).contains(socket.state)) {
    waiting_.insert(place(socket.transport, local->port));
    noted_ends_.push_back(trace_of_tuple({port_space(socket.transport), *local, {}}));
    if (socket.state == State::listen) listeners_.emplace(listener_of(socket), 0);
  }
}

void Neighbours::settle() {
  connections_ = Fingerprints(std::exchange(noted_connections_, {}));
  waiting_ends_ = Fingerprints(std::exchange(noted_ends_, {}));
  // A table that was read twice tells each request twice.
  std::sort(requests_.begin(), requests_.end());
  requests_.erase(std::unique(requests_.begin(), requests_.end()), requests_.end());
  hand_out_requests();
}

Neighbours::Listener Neighbours::listener_of(const Socket& socket) {
  const auto* local = inet(socket.local);
  return {place(socket.transport, local->port), socket.interface, local->address, socket.v6_only.value_or(false)};
}

/// As covers() of index.hpp, for what is noted of a listener. A request is bound to the interface that
/// its listener is bound to (include/net/inet_sock.h, inet_request_bound_dev_if).
bool Neighbours::finds(const Request& request, const Listener& listener) {
  if (listener.interface != 0 && listener.interface != request.interface) return false;
  if (listener.address == request.local) return true;
  if (!listener.address.is_wildcard()) return false;
  if (listener.address.is_ipv4()) return request.local.is_ipv4();
  return !request.local.is_ipv4() || !listener.v6_only;
}

/// Requests that came to one address are told apart by nothing, so each kind is handed out once: to
/// the listener on that address, else to that on IPv4's wildcard, else on that of IPv6. Of two on the
/// same the one that is bound to the interface comes first (net/ipv4/inet_hashtables.c,
/// __inet_lookup_listener).
void Neighbours::hand_out_requests() {
  const auto closeness = [](const Listener& listener) {
    const int address = !listener.address.is_wildcard() ? 2 : listener.address.is_ipv4() ? 1 : 0;
    return 2 * address + (listener.interface != 0 ? 1 : 0);
  };
  for (auto first = requests_.begin(); first != requests_.end();) {
    const auto last = std::find_if(first, requests_.end(), [&](const Request& other) {
      return std::tie(other.place, other.interface, other.local) !=
             std::tie(first->place, first->interface, first->local);
    });
    int closest = -1;
    const auto begin = listeners_.lower_bound(Listener{first->place, 0, {}, false});
    const auto is_here = [&](auto it) { return it != listeners_.end() && it->first.place == first->place; };
    for (auto it = begin; is_here(it); ++it) {
      if (finds(*first, it->first)) closest = std::max(closest, closeness(it->first));
    }
    for (auto it = begin; is_here(it); ++it) {
      const bool takes = closest >= 0 && finds(*first, it->first) && closeness(it->first) == closest;
      if (takes) it->second += static_cast<std::uint32_t>(last - first);
    }
    first = last;
  }
}

std::uint32_t Neighbours::requests_of(const Socket& listener) const {
  if (inet(listener.local) == nullptr) return 0;
  const auto found = listeners_.find(listener_of(listener));
  return found == listeners_.end() ? 0 : found->second;
}

Direction Neighbours::direction_of(const FiveTuple& tuple, std::uint64_t other_end) const {
  if (connections_.contains(other_end)) return Direction::local;
  if (may_talk_to_unconnected(tuple.transport)) {
    const auto& peer = tuple.peer;
    const bool waits_there = waiting_ends_.contains(trace_of_tuple({tuple.transport, peer, {}}));
    const bool waits_here = is_loopback(peer.address) && waiting_.contains(place(tuple.transport, peer.port));
    if (waits_there || waits_here) return Direction::local;
  }
  const bool called = waiting_.contains(place(tuple.transport, tuple.local.port));
  return called ? Direction::in : Direction::out;
}

void Neighbours::tell_directions(std::span<Socket> sockets) const {
  struct Asked {
    std::optional<FiveTuple> tuple;
    std::uint64_t other_end = 0;
  };
  std::array<Asked, Fingerprints::ahead> asked;
  while (!sockets.empty()) {
    const auto some = sockets.first(std::min(asked.size(), sockets.size()));
    sockets = sockets.subspan(some.size());
    for (std::size_t i = 0; i < some.size(); ++i) {
      Asked& next = asked.at(i);
      next.tuple = five_tuple(some[i]);
      if (!next.tuple) continue;
      next.other_end = trace_of_tuple(in_port_space(next.tuple->reversed()));
      connections_.expect(next.other_end);
    }
    for (std::size_t i = 0; i < some.size(); ++i) {
      const Asked& now = asked.at(i);
      some[i].direction = now.tuple ? direction_of(*now.tuple, now.other_end) : Direction::untold;
    }
  }
}

}  // namespace collect
