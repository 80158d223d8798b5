// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <vector>

#include "portscope/kernel_filter.hpp"

namespace collect {

/// The program of INET_DIAG_REQ_BYTECODE (linux/inet_diag.h) that does what `filter` says; empty
/// when it says nothing. Kind::never makes one that rejects everything.
std::vector<std::byte> bytecode(const portscope::KernelFilter& filter);

}  // namespace collect
