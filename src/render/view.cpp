// SPDX-License-Identifier: MIT
#include "render/view.hpp"

#include <algorithm>

#include "render/usual_order.hpp"

namespace render {

using portscope::Snapshot;
using portscope::Socket;

namespace {

/// All cells of one row stand together.
std::vector<std::uint32_t> by_keys(const Snapshot& snapshot, std::vector<std::uint32_t> order,
                                   const std::vector<SortKey>& keys) {
  std::vector<Cell> cells;
  cells.reserve(snapshot.sockets.size() * keys.size());
  for (const Socket& socket : snapshot.sockets) {
    for (const SortKey& key : keys) cells.push_back(key.column->cell(snapshot, socket));
  }
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    for (std::size_t k = 0; k < keys.size(); ++k) {
      const auto cell_order = compare(cells[a * keys.size() + k], cells[b * keys.size() + k]);
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
  auto order = in_usual_order(snapshot);
  return keys.empty() ? order : by_keys(snapshot, std::move(order), keys);
}

}  // namespace render
