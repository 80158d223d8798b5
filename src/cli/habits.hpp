// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace cli {

/// What stands before getopt(3): shapes of lsof are put into the words of the filter language (see lsof.hpp), and what
/// fingers know from ss, netstat, lsof or fuser and we have not, or not by that name, is answered: throws UsageError
/// with one line that says how it is written here. All other words come back as they were.
std::vector<std::string> understand_habits(const std::vector<std::string>& typed);

}  // namespace cli
