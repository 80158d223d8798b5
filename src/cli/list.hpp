// SPDX-License-Identifier: MIT
#pragma once

#include "cli/commands.hpp"
#include "cli/plan.hpp"

namespace cli {

/// Looks at the sockets and writes them down, or their summary, or what the kernel decides of the filter.
Outcome run_list(const Plan& plan, const render::Sink& sink);

}  // namespace cli
