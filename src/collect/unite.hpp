// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "collect/counters.hpp"
#include "collect/family.hpp"
#include "sys/inodes_so_far.hpp"

namespace collect {

/// How to tell that nothing is missing any more.
struct Completeness {
  unsigned passes = 2;  ///< readings that find all of a table under churn, as a rule
  bool prove = false;   ///< the rule is not good enough: go on until two passes show the same table
  /// To tell old sockets from new ones.
  std::function<sys::InodesSoFar()> inodes_so_far = [] { return sys::InodesSoFar(); };
  /// The state of the table now; nothing when the kernel does not say, or nothing follows from it.
  std::function<std::optional<TableState>()> state = [] { return std::nullopt; };
  bool compares_counts = true;  ///< a reading may have as many rows as that says
  /// Adds to the first pass what it missed, where that is known otherwise; empty, or false: it is not.
  std::function<bool(Pass&)> recall{};
};

/// Reads a table once.
using TableReader = std::function<Pass(const Turn& turn)>;

/// Reads a table until a socket that lived through it all is there exactly once.
///
/// No listing of the kernel is a snapshot: it goes on by position after every piece, so under
/// churn rows are repeated and left out without any flag (NLM_F_DUMP_INTR is never set by
/// sock_diag). One table that came in one piece is taken as sound (the kernel lets go of a hash
/// bucket only after 16 sockets in it), and so are several if they stood still meanwhile, and a table
/// that stood still, shows no new socket and has as many rows as the kernel counts (what it missed would have to be
/// made up for by a row that the kernel does not count any more, or not yet); each only if the rows are all different.
/// Otherwise passes are united by cookie (netlink) or inode (/proc), and go on while one brings a socket that an
/// earlier one must have missed, or until two show the same table. When that does not end, the result is `unsettled`.
/// An errno in any pass voids them all; `forged` is told when two passes that show the same table found it, or one row
/// contradicts another.
Pass read_until_complete(const TableReader& read, const Completeness& completeness);

}  // namespace collect
