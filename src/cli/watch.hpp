// SPDX-License-Identifier: MIT
#pragma once

#include "cli/commands.hpp"
#include "cli/events.hpp"
#include "watch/live.hpp"

namespace cli {

/// What `watch` does, fully resolved.
struct WatchPlan {
  watch::Beginning beginning;
  EventsPlan lines;          ///< for where it cannot be shown, or shall not be
  bool to_terminal = false;  ///< standard output may be one
  std::string output;
};

/// Gives the words their meaning. Throws UsageError for what cannot be.
WatchPlan plan_watch(const Words& words, const Terminal& terminal);

/// Shows the live view; where there is no terminal that can be steered, writes changes line by line.
Outcome run_watch(const WatchPlan& plan, const render::Sink& sink);

}  // namespace cli
