// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "cli/parse.hpp"
#include "cli/wishes.hpp"
#include "portscope/selection.hpp"

namespace cli {

/// The one target that a command is about.
struct TargetOperand {
  std::string typed;
  portscope::Target target;
  portscope::Selection selection;  ///< everything that is there, in every state
};

/// Reads the operands of a command about one port. Throws UsageError for anything else.
TargetOperand parse_port_target(const Words& words, const Wishes& wishes);

/// The same for a port or the name of a Unix socket.
TargetOperand parse_place_target(const Words& words, const Wishes& wishes);

}  // namespace cli
