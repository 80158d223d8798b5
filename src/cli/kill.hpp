// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "cli/commands.hpp"
#include "cli/target_operand.hpp"
#include "portscope/end_holders.hpp"
#include "render/kill.hpp"

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

inline constexpr std::string_view kill_question = "End them? [y/N] ";

/// Who holds the port, and whether they may be ended: EndResult::planned.
render::KillAnswer look_at_holders(const KillPlan& plan);

/// Ends them, and looks again.
render::KillAnswer ended(const KillPlan& plan, render::KillAnswer answer);

/// Shows who holds the port, asks, ends them, and looks again.
Outcome run_kill(const KillPlan& plan, const render::Sink& sink);

}  // namespace cli
