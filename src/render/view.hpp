// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "portscope/snapshot.hpp"
#include "render/columns.hpp"

namespace render {

/// Takes finished bytes; called with large pieces.
using Sink = std::function<void(std::string_view)>;

/// Hands `out` over once it is a large piece, and empties it.
void flush_if_large(std::string& out, const Sink& sink);

/// How the answer should look, whatever it says.
struct Look {
  std::optional<unsigned> width;  ///< columns of the terminal; nothing: do not cut
  bool color = false;
  bool header = true;
  bool one_line = false;  ///< nothing stands beneath a row
  bool footer = false;    ///< tell below the table what it left out
  JsonStyle json = JsonStyle::compact;
};

/// One key of --sort.
struct SortKey {
  const Column* column = nullptr;
  bool descending = false;
};

/// Everything a format needs: the sockets in their order, the columns, and the look.
struct View {
  const portscope::Snapshot* snapshot = nullptr;
  std::vector<std::uint32_t> order;  ///< positions in Snapshot::sockets
  std::vector<const Column*> columns;
  bool columns_chosen = false;  ///< by the user: then none is left out for being empty
  Look look;
};

/// Fetches the first holder of a socket from memory, for whoever looks at it soon.
inline void fetch_holder(const portscope::Snapshot& snapshot, const portscope::Socket& socket) {
  if (socket.first_holder < snapshot.holders.size()) __builtin_prefetch(&snapshot.holders[socket.first_holder]);
}

/// Calls `use` with the sockets at these positions. They lie anywhere in memory, so the next ones are
/// fetched while this one is looked at: without that, waiting for memory is half of the time.
template <class Use>
void for_each_socket(const portscope::Snapshot& snapshot, std::span<const std::uint32_t> order, Use& use) {
  constexpr std::size_t ahead = 16;
  constexpr std::size_t soon = 8;
  constexpr std::size_t cache_line = 64;
  const auto& sockets = snapshot.sockets;
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i + ahead < order.size()) {
      const auto* const next = reinterpret_cast<const char*>(&sockets[order[i + ahead]]);
      for (std::size_t at = 0; at < sizeof(portscope::Socket); at += cache_line) __builtin_prefetch(next + at);
    }
    if (i + soon < order.size()) fetch_holder(snapshot, sockets[order[i + soon]]);
    use(sockets[order[i]]);
  }
}

/// The order of the rows: by `keys`; without any by protocol, port, address and peer.
std::vector<std::uint32_t> sorted(const portscope::Snapshot& snapshot, const std::vector<SortKey>& keys);

}  // namespace render
