// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "portscope/free_ports.hpp"

namespace cli {

/// What `free` does, fully resolved.
struct FreePlan {
  portscope::FreeRequest request;
  std::vector<std::string> command;  ///< with --exec
  portscope::HandOver hand_over = portscope::HandOver::number;
  render::Look look;
  std::string output;
  bool json = false;
  bool quiet = false;
};

/// Throws UsageError for what cannot be.
FreePlan plan_free(const Words& words, const Terminal& terminal);

/// Does not return when a command is started.
Outcome run_free(const FreePlan& plan, const render::Sink& sink);

}  // namespace cli
