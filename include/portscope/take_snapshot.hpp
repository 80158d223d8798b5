// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "portscope/enum_set.hpp"
#include "portscope/need.hpp"
#include "portscope/selection.hpp"
#include "portscope/snapshot.hpp"

namespace portscope {

/// Where sockets may be read: netlink and /proc where netlink cannot, or only one of them.
enum class SourceChoice : std::uint8_t { any, netlink, proc };
template <>
struct Names<SourceChoice> {
  static constexpr auto list = std::to_array<std::string_view>({"auto", "netlink", "proc"});
};

/// By which road holders are found: as it pays best; by a BPF iterator loaded for it (CAP_BPF and
/// CAP_PERFMON); by a walk over /proc; by the iterator that portscope-owners.service has pinned; or
/// not at all. All of them give the same answer.
enum class OwnerRoad : std::uint8_t { any, bpf, proc, pinned, none };
template <>
struct Names<OwnerRoad> {
  static constexpr auto list = std::to_array<std::string_view>({"auto", "bpf", "proc", "pinned", "none"});
};

/// Whether the kernel is asked to leave out what the filter does not hold of. The answer is the
/// same either way; `off` is there to prove it.
enum class PushDown : std::uint8_t { on, off };

struct Request {
  Selection selection;
  EnumSet<Need> needs;  ///< what shall be told; what the filter needs comes by itself
  SourceChoice source = SourceChoice::any;
  OwnerRoad owners = OwnerRoad::any;  ///< `none` goes with no need of owners
  PushDown push_down = PushDown::on;
};

/// Looks up what the filter calls by name and the machine knows by number: interfaces, cgroups and
/// users. Throws QueryError when there is none of that name.
Selection resolve(Selection selection);

/// Looks at the caller's network namespace and returns the sockets that match. Everything that
/// could not be seen is in Snapshot::gaps. Throws std::runtime_error when no source at all could
/// be used, and std::bad_alloc.
Snapshot take_snapshot(const Request& request);

}  // namespace portscope
