// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "collect/family.hpp"

namespace collect {

/// How to tell that nothing is missing any more.
struct Completeness {
  int passes = 2;            ///< readings that find all of a table under churn
  int quiet_passes = 1;      ///< how many of the last ones must not have brought what they should not
  std::uint32_t marker = 0;  ///< inode made before the first pass; 0 = none
  /// How many rows the kernel counts now; nothing when it does not say, or the pass reads only
  /// a part of what is counted.
  std::function<std::optional<std::uint64_t>()> count = [] { return std::nullopt; };
};

/// Reads a table until a socket that lived through it all is there exactly once.
///
/// No listing of the kernel is a snapshot: it goes on by position after every piece, so under
/// churn rows are repeated and left out without any flag (NLM_F_DUMP_INTR is never set by
/// sock_diag). A table that came in one piece is sound; so is one whose rows are all different
/// and as many as the kernel counted before and after. Otherwise passes are united by cookie
/// (netlink) or inode (/proc), and go on while one brings a socket that must have been there
/// before the first; when that does not end, the result is `unsettled`. An errno in any pass
/// voids them all; `forged` is what every pass found.
Pass read_until_complete(const std::function<Pass()>& read, const Completeness& completeness);

}  // namespace collect
