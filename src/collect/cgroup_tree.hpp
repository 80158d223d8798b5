// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "portscope/snapshot.hpp"
#include "sys/proc.hpp"

namespace collect {

/// The paths of cgroup v2 ids (sorted, once each) in the mounted tree. An id is the inode of the
/// cgroup's directory; ids of removed cgroups are left out. The walk stops as soon as all are
/// found, and is not made at all for the root.
portscope::NameTable<std::uint64_t> cgroup_paths(const sys::Proc& proc, const std::vector<std::uint64_t>& ids,
                                                 portscope::StringPool& strings);

/// Where that tree is mounted; empty when it is not, or nobody can tell.
std::string cgroup_mount_point(const sys::Proc& proc);

}  // namespace collect
