// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace cli {

/// Puts shapes of lsof(8) that can mean nothing else into the filter language: `-iTCP:80` becomes the operand
/// `( proto = tcp and port = 80 )`, and `-sTCP:LISTEN` becomes `( proto = tcp and state = listen )`. Several -i are
/// joined by or, as lsof joins them. All other words stay as they are. Throws UsageError for `-ti :80`, which is TCP
/// with its internals to ss, and to lsof the processes that scripts then kill.
std::vector<std::string> without_lsof_shapes(const std::vector<std::string>& typed);

}  // namespace cli
