// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>

#include "portscope/expression.hpp"

namespace cli {

/// The operands with a blank between them, about as they were typed.
std::string in_one_text(std::span<const std::string> operands);

/// The filter, as the operands say it. Throws UsageError, with a mark under the fault.
portscope::Expression parse_operands(std::span<const std::string> operands);

}  // namespace cli
