// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace portscope {

/// `; did you mean --json?` when one of `known` is near to `typed`, else nothing.
std::string did_you_mean(std::string_view typed, const std::vector<std::string_view>& known,
                         std::string_view prefix = "");

}  // namespace portscope
