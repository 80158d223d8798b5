// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
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

/// Counts the sockets of a snapshot. Rows without a socket are left out; ordered by protocol,
/// then state.
std::vector<SummaryRow> summarize(const Snapshot& snapshot);

}  // namespace portscope
