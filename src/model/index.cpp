// SPDX-License-Identifier: MIT
#include "portscope/index.hpp"

#include <algorithm>

namespace portscope {

namespace {

/// A wildcard question matches every socket the wildcard would take packets from.
bool is_asked_for(const Socket& socket, const Address& asked) {
  if (covers(socket, asked)) return true;
  if (!asked.is_wildcard()) return false;
  const Endpoint* local = inet(socket.local);
  return local != nullptr && (asked == Address{} || local->address.is_ipv4());
}

/// The same connection may be held by an IPv4 socket and a dual-stack one at either end;
/// Address makes no difference between them, so neither does the key.
std::optional<FiveTuple> key_of(const Socket& socket) {
  auto tuple = five_tuple(socket);
  if (tuple && tuple->peer.port == 0 && tuple->peer.address.is_wildcard()) return std::nullopt;
  return tuple;
}

}  // namespace

bool covers(const Socket& bound, const Address& address) {
  const Endpoint* local = inet(bound.local);
  if (local == nullptr) return false;
  if (local->address == address) return true;
  if (!local->address.is_wildcard() || inet(bound.peer) != nullptr) return false;
  if (local->address.is_ipv4()) return address.is_ipv4();
  // `::` takes every IPv6 address; IPv4 too unless IPV6_V6ONLY. Where /proc cannot tell, the
  // kernel's default (net.ipv6.bindv6only = 0) is the likelier truth.
  return !address.is_ipv4() || !bound.v6_only.value_or(false);
}

Index::Index(const Snapshot& snapshot) : snapshot_(snapshot) {
  by_tuple_.reserve(snapshot.sockets.size());
  for (std::uint32_t i = 0; i < snapshot.sockets.size(); ++i) {
    const Socket& socket = snapshot.sockets[i];
    if (const Endpoint* local = inet(socket.local)) by_port_[{socket.transport, local->port}].push_back(i);
    if (const auto tuple = key_of(socket)) by_tuple_.emplace(*tuple, i);
    if (unix_end(socket.local) != nullptr && socket.inode != 0) unix_by_inode_.emplace(socket.inode, i);
  }
}

std::vector<const Socket*> Index::at(Transport transport, const Endpoint& where) const {
  std::vector<const Socket*> found;
  const auto bucket = by_port_.find({transport, where.port});
  if (bucket == by_port_.end()) return found;
  for (const std::uint32_t i : bucket->second) {
    const Socket& socket = snapshot_.sockets[i];
    if (is_asked_for(socket, where.address)) found.push_back(&socket);
  }
  return found;
}

std::vector<const Process*> Index::processes_at(Transport transport, const Endpoint& where) const {
  std::vector<const Process*> found;
  for (const Socket* socket : at(transport, where)) {
    for (const Holder& holder : snapshot_.holders_of(*socket)) found.push_back(&snapshot_.processes[holder.process]);
  }
  std::sort(found.begin(), found.end(), [](const Process* a, const Process* b) { return a->pid < b->pid; });
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

const Socket* Index::find(const FiveTuple& tuple) const {
  const auto found = by_tuple_.find(tuple);
  return found == by_tuple_.end() ? nullptr : &snapshot_.sockets[found->second];
}

const Socket* Index::local_peer(const Socket& socket) const {
  if (const UnixEndpoint* peer = unix_end(socket.peer)) {
    const auto found = unix_by_inode_.find(peer->inode);
    return peer->inode == 0 || found == unix_by_inode_.end() ? nullptr : &snapshot_.sockets[found->second];
  }
  const auto tuple = key_of(socket);
  return tuple ? find(tuple->reversed()) : nullptr;
}

}  // namespace portscope
