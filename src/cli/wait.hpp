// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "cli/commands.hpp"
#include "portscope/wait.hpp"

namespace cli {

/// What `wait` does, fully resolved.
struct WaitPlan {
  std::string target;  ///< as it was typed
  portscope::WaitOrder order;
  render::Look look;
  std::string output;
  bool json = false;
  bool quiet = false;
  bool strict = false;
};

/// Throws UsageError for what cannot be.
WaitPlan plan_wait(const Words& words, const Terminal& terminal);

/// Waits, and tells what it saw last.
Outcome run_wait(const WaitPlan& plan, const render::Sink& sink);

}  // namespace cli
