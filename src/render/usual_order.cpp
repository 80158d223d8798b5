// SPDX-License-Identifier: MIT
#include "render/usual_order.hpp"

#include <algorithm>
#include <compare>
#include <span>

namespace render {

using portscope::Address;
using portscope::AnyEndpoint;
using portscope::Endpoint;
using portscope::Snapshot;
using portscope::Socket;
using portscope::UnixEndpoint;

namespace {

/// What is not IP, or not there, stands before everything that is.
const Endpoint& ip_end(const AnyEndpoint& end) {
  static constexpr Endpoint nothing;
  const Endpoint* ip = inet(end);
  return ip != nullptr ? *ip : nothing;
}

std::strong_ordering by_port(const Endpoint& a, const Endpoint& b) {
  if (const auto ports = a.port <=> b.port; ports != 0) return ports;
  return a.address <=> b.address;
}

/// Servers by port, and below each its connections.
bool usual_order(const Snapshot& snapshot, const Socket& a, const Socket& b) {
  if (a.transport != b.transport) return a.transport < b.transport;
  if (const auto locals = by_port(ip_end(a.local), ip_end(b.local)); locals != 0) return locals < 0;
  if (const auto peers = by_port(ip_end(a.peer), ip_end(b.peer)); peers != 0) return peers < 0;
  const UnixEndpoint* left_name = unix_end(a.local);
  const UnixEndpoint* right_name = unix_end(b.local);
  if (left_name != nullptr && right_name != nullptr && left_name->name != right_name->name) {
    return snapshot.text(left_name->name) < snapshot.text(right_name->name);
  }
  return a.inode < b.inode;
}

/// The first 48 bits of something that orders addresses as their bytes do: all of IPv4, but only a
/// beginning of IPv6. Different addresses may be alike here, but are never the wrong way round.
std::uint64_t beginning(const Address& address) {
  constexpr unsigned kept = 46;
  enum Kind : std::uint64_t { before_ipv4, ipv4, after_ipv4 };
  const auto of_kind = [](Kind kind, std::uint64_t bits) { return kind << kept | bits; };
  std::uint64_t upper = 0;
  std::uint64_t lower = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    upper = upper << 8U | address.bytes()[i];
    lower = lower << 8U | address.bytes()[i + 8];
  }
  constexpr std::uint64_t mapped = 0xffff;
  if (upper != 0 || lower >> 32U > mapped) return of_kind(after_ipv4, upper >> (64 - kept));
  return lower >> 32U == mapped ? of_kind(ipv4, (lower & UINT32_MAX) << (kept - 32)) : of_kind(before_ipv4, 0);
}

/// A row, and a number that orders it before or after most others. In 12 bytes, for there may be
/// a million of them.
class Keyed {
 public:
  Keyed(std::uint64_t key, std::uint32_t row) : row_(row) { set_key(key); }

  [[nodiscard]] std::uint64_t key() const { return std::uint64_t{upper_} << 32U | lower_; }
  void set_key(std::uint64_t key) {
    upper_ = static_cast<std::uint32_t>(key >> 32U);
    lower_ = static_cast<std::uint32_t>(key);
  }
  [[nodiscard]] std::uint32_t row() const { return row_; }

 private:
  std::uint32_t upper_ = 0;
  std::uint32_t lower_ = 0;
  std::uint32_t row_ = 0;
};

std::uint64_t local_key(const Socket& socket) {
  const Endpoint& local = ip_end(socket.local);
  return static_cast<std::uint64_t>(socket.transport) << 56U | std::uint64_t{local.port} << 40U |
         beginning(local.address) >> 8U;
}

std::uint64_t peer_key(const Socket& socket) {
  const Endpoint& peer = ip_end(socket.peer);
  return std::uint64_t{peer.port} << 48U | beginning(peer.address);
}

using Rows = std::span<Keyed>;

/// Puts rows in order that have one local key: most often the connections of one server. `peer_keys` are those of all
/// rows.
void sort_alike(const Snapshot& snapshot, const std::vector<std::uint64_t>& peer_keys, Rows rows) {
  const auto socket_of = [&](const Keyed& keyed) -> const Socket& { return snapshot.sockets[keyed.row()]; };
  const Endpoint& first = ip_end(socket_of(rows.front()).local);
  // The key of an IPv4 address is all of it.
  const bool one_local = first.address.is_ipv4() || std::all_of(rows.begin(), rows.end(), [&](const Keyed& keyed) {
                           return ip_end(socket_of(keyed).local) == first;
                         });
  // While locals differ, peers say nothing.
  for (Keyed& keyed : rows) keyed.set_key(one_local ? peer_keys[keyed.row()] : 0);
  std::sort(rows.begin(), rows.end(), [&](const Keyed& a, const Keyed& b) {
    return a.key() != b.key() ? a.key() < b.key() : usual_order(snapshot, socket_of(a), socket_of(b));
  });
}

}  // namespace

std::vector<std::uint32_t> in_usual_order(const Snapshot& snapshot) {
  std::vector<Keyed> rows;
  rows.reserve(snapshot.sockets.size());
  std::vector<std::uint64_t>
      peer_keys;  // taken where each socket is read anyway: later they are asked for in any order
  peer_keys.reserve(snapshot.sockets.size());
  for (const Socket& socket : snapshot.sockets) {
    rows.emplace_back(local_key(socket), static_cast<std::uint32_t>(rows.size()));
    peer_keys.push_back(peer_key(socket));
  }
  std::sort(rows.begin(), rows.end(), [](const Keyed& a, const Keyed& b) { return a.key() < b.key(); });
  for (auto begin = rows.begin(); begin != rows.end();) {
    const auto end = std::find_if(begin, rows.end(), [&](const Keyed& keyed) { return keyed.key() != begin->key(); });
    if (end - begin > 1) sort_alike(snapshot, peer_keys, {begin, end});
    begin = end;
  }
  std::vector<std::uint32_t> order(rows.size());
  std::transform(rows.begin(), rows.end(), order.begin(), [](const Keyed& keyed) { return keyed.row(); });
  return order;
}

}  // namespace render
