// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>

#include "cli/commands.hpp"
#include "cli/plan.hpp"
#include "cli/wishes.hpp"
#include "watch/stream.hpp"

namespace cli {

/// What `events` does, fully resolved.
struct EventsPlan {
  watch::Question question;
  watch::Stream stream;
  std::function<void()> clear_terminal{};  ///< as Terminal::clear
  bool strict = false;
  std::string output;
};

/// What is looked at again and again; throws as portscope::resolve does.
watch::Question question_of(const Plan& plan);

/// The lines about what a plan lists. Throws UsageError for what cannot be.
EventsPlan events_of(const Plan& plan, const Wishes& wishes, const Terminal& terminal);

/// Gives the words their meaning. Throws UsageError for what cannot be.
EventsPlan plan_events(const Words& words, const Terminal& terminal);

/// Writes what becomes of sockets, line by line.
Outcome run_events(const EventsPlan& plan, const render::Sink& sink);

}  // namespace cli
