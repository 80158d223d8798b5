// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "portscope/selection.hpp"

namespace cli {

/// The filter, as the operands say it.
struct Filter {
  std::vector<portscope::Target> targets;
  std::optional<portscope::EnumSet<portscope::State>> states;  ///< of `state X`; several unite
  portscope::EnumSet<portscope::State> excluded;               ///< of `exclude X`
};

/// Reads targets and ss's `state X` and `exclude X`. Throws UsageError.
Filter parse_operands(std::span<const std::string> operands);

}  // namespace cli
