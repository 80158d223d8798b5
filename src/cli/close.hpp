// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "cli/commands.hpp"
#include "cli/plan.hpp"
#include "render/close.hpp"

namespace cli {

/// What `close` does, fully resolved.
struct ClosePlan {
  Plan sockets;  ///< which, as `list` would choose them
  Terminal terminal;
  std::string output;
  bool yes = false;
  bool dry_run = false;
  bool json = false;
};

/// Throws UsageError for what cannot be, such as no filter.
ClosePlan plan_close(const Words& words, const Terminal& terminal);

inline constexpr std::string_view close_question = "Close them? [y/N] ";

/// The sockets that would be closed, if there are any: CloseResult::planned.
render::CloseAnswer look_at_sockets(const ClosePlan& plan);

/// Closes them.
render::CloseAnswer closed(render::CloseAnswer answer);

/// Shows the sockets, asks, closes them, and counts.
Outcome run_close(const ClosePlan& plan, const render::Sink& sink);

}  // namespace cli
