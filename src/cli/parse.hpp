// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "cli/options.hpp"

namespace cli {

/// An option as it was typed.
struct Given {
  OptionId id;
  std::string argument;  ///< empty when it takes none
};

/// What was typed, not yet understood.
struct Words {
  std::vector<Given> options;         ///< in their order
  std::vector<std::string> operands;  ///< everything that is no option
};

/// Reads the command line, with no side effect. Throws UsageError for an unknown option and a
/// missing argument.
Words parse(int argc, char** argv);

}  // namespace cli
