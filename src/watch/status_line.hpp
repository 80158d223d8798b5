// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "watch/page.hpp"

namespace watch {

/// What stands above the list: the most important first, as much as there is room for.
std::string status_line(const Content& content, const Arrangement& arrangement, const State& state,
                        const Status& status, const Size& size);

}  // namespace watch
