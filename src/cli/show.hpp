// SPDX-License-Identifier: MIT
#pragma once

#include "cli/commands.hpp"
#include "cli/plan.hpp"

namespace cli {

/// As `list` with everything there is to know. Throws UsageError for what cannot be.
Plan plan_show(const Words& words, const Terminal& terminal);

/// Writes a block for each socket.
Outcome run_show(const Plan& plan, const render::Sink& sink);

}  // namespace cli
