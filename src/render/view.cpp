// SPDX-License-Identifier: MIT
#include "render/view.hpp"

#include <algorithm>
#include <numeric>

namespace render {

using portscope::Endpoint;
using portscope::Snapshot;
using portscope::Socket;
using portscope::UnixEndpoint;

namespace {

std::strong_ordering by_port(const Endpoint& a, const Endpoint& b) {
  if (const auto ports = a.port <=> b.port; ports != 0) return ports;
  return a.address <=> b.address;
}

/// Servers by port, and below each its connections.
bool usual_order(const Snapshot& snapshot, const Socket& a, const Socket& b) {
  if (a.transport != b.transport) return a.transport < b.transport;
  const Endpoint* left = inet(a.local);
  const Endpoint* right = inet(b.local);
  if (left != nullptr && right != nullptr) {
    if (const auto locals = by_port(*left, *right); locals != 0) return locals < 0;
    const Endpoint no_peer;
    const Endpoint* left_peer = inet(a.peer);
    const Endpoint* right_peer = inet(b.peer);
    const auto peers =
        by_port(left_peer != nullptr ? *left_peer : no_peer, right_peer != nullptr ? *right_peer : no_peer);
    if (peers != 0) return peers < 0;
  }
  const UnixEndpoint* left_name = unix_end(a.local);
  const UnixEndpoint* right_name = unix_end(b.local);
  if (left_name != nullptr && right_name != nullptr && left_name->name != right_name->name) {
    return snapshot.text(left_name->name) < snapshot.text(right_name->name);
  }
  return a.inode < b.inode;
}

std::vector<std::uint32_t> by_keys(const Snapshot& snapshot, std::vector<std::uint32_t> order,
                                   const std::vector<SortKey>& keys) {
  std::vector<std::vector<Cell>> cells(snapshot.sockets.size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    for (const SortKey& key : keys) cells[i].push_back(key.column->cell(snapshot, snapshot.sockets[i]));
  }
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    for (std::size_t k = 0; k < keys.size(); ++k) {
      const auto cell_order = compare(cells[a][k], cells[b][k]);
      if (cell_order != 0) return keys[k].descending ? cell_order > 0 : cell_order < 0;
    }
    return false;
  });
  return order;
}

}  // namespace

void flush_if_large(std::string& out, const Sink& sink) {
  constexpr std::size_t piece_size = 65536;
  if (out.size() < piece_size) return;
  sink(out);
  out.clear();
}

std::vector<std::uint32_t> sorted(const Snapshot& snapshot, const std::vector<SortKey>& keys) {
  std::vector<std::uint32_t> order(snapshot.sockets.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return usual_order(snapshot, snapshot.sockets[a], snapshot.sockets[b]);
  });
  return keys.empty() ? order : by_keys(snapshot, std::move(order), keys);
}

}  // namespace render
