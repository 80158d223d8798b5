// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "portscope/snapshot.hpp"

namespace collect {

/// A socket whose holders are wanted.
struct WantedSocket {
  static constexpr std::uint32_t no_row = UINT32_MAX;

  std::uint64_t cookie = 0;  ///< 0: not known
  std::uint32_t inode = 0;
  std::uint32_t row = no_row;  ///< position in Snapshot::sockets; no_row: it is only spoken of there
};

/// Those of a snapshot, sorted by inode: its rows, and the other ends of its Unix sockets, for who is there is worth
/// knowing even when that end is not shown. An inode may have several rows.
std::vector<WantedSocket> wanted_sockets(const portscope::Snapshot& snapshot);

/// Their inodes, sorted, each once.
std::vector<std::uint32_t> inodes_of(const std::vector<WantedSocket>& wanted);

}  // namespace collect
