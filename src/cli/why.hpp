// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "cli/commands.hpp"
#include "portscope/bind.hpp"
#include "render/why.hpp"

namespace cli {

/// What `why` does, fully resolved.
struct WhyPlan {
  portscope::BindRequest request;
  render::PortTarget target;
  render::Look look;
  std::string output;
  bool json = false;
  bool quiet = false;
  bool strict = false;
};

/// Throws UsageError for what cannot be.
WhyPlan plan_why(const Words& words, const Terminal& terminal);

Outcome run_why(const WhyPlan& plan, const render::Sink& sink);

/// 0 nothing in the way, 1 something is, 3 it cannot be known.
int exit_code(const portscope::BindView& view, const portscope::BindAnswer& answer, const WhyPlan& plan);

}  // namespace cli
