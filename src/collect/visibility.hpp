// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "collect/holders.hpp"
#include "portscope/protocol.hpp"
#include "sys/proc.hpp"

namespace collect {

/// What it means when no holder of a socket was found, given what the caller may see.
struct Visibility {
  /// hidden: someone may hold it whom we may not look into; elsewhere: this PID namespace is not
  /// the first one; kernel: everyone was looked into.
  portscope::OwnerStatus status = portscope::OwnerStatus::kernel;
  std::string why;     ///< the errno by name; empty for kernel
  std::string remedy;  ///< the right that is missing, or where to look; empty for kernel
};

Visibility judge_visibility(const sys::Proc& proc, const WalkLimits& limits);

}  // namespace collect
