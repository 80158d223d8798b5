// SPDX-License-Identifier: MIT
#pragma once

#include "portscope/selection.hpp"
#include "sys/proc.hpp"

namespace collect {

/// See portscope::resolve.
portscope::Selection resolve(portscope::Selection selection, const sys::Proc& proc);

}  // namespace collect
