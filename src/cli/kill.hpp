// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <string>

#include "cli/commands.hpp"
#include "cli/target_operand.hpp"
#include "portscope/end_holders.hpp"

namespace cli {

/// What `kill` does, fully resolved.
struct KillPlan {
  TargetOperand target;
  portscope::EndOrder order;
  Terminal terminal;
  render::Look look;
  std::string output;
  bool yes = false;
  bool dry_run = false;
  bool json = false;
  bool quiet = false;
  bool strict = false;
};

/// Throws UsageError for what cannot be, such as nobody to ask and no --yes.
KillPlan plan_kill(const Words& words, const Terminal& terminal);

/// Shows who holds the port, asks, ends them, and looks again.
Outcome run_kill(const KillPlan& plan, const render::Sink& sink);

}  // namespace cli
