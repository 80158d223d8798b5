// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "portscope/expression.hpp"

namespace portscope {

/// Two conditions, as they were typed, that must both hold and never can: of something that a socket
/// has only one of, they name different values. Nothing when there are none (that are easily seen).
std::optional<std::pair<std::string, std::string>> contradiction(const Expression& expression);

}  // namespace portscope
