// SPDX-License-Identifier: MIT
// What the kernel does with INET_DIAG_REQ_BYTECODE, and what a KernelFilter means.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "portscope/kernel_filter.hpp"

namespace fake {

/// What a filter is run against (net/ipv4/inet_diag.c, struct inet_diag_entry).
struct DiagEntry {
  portscope::Family family = portscope::Family::ipv4;
  portscope::Endpoint local;
  portscope::Endpoint peer;  ///< the wildcard of its family with port 0 where there is none
  std::uint32_t interface = 0;
  std::uint32_t mark = 0;
  std::uint64_t cgroup = 0;
};

/// As the kernel sees the socket; it does not tell its mark.
DiagEntry entry_of(const portscope::Socket& socket);

/// As inet_diag_bc_audit().
bool kernel_accepts(std::span<const std::byte> code);
/// As inet_diag_bc_run(), with an empty program for none.
bool kernel_runs(std::span<const std::byte> code, const DiagEntry& entry);
/// The same, said without a program.
bool kernel_holds(const portscope::KernelFilter& filter, const DiagEntry& entry);

}  // namespace fake
