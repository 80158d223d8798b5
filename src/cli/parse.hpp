// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
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
  CommandId command = CommandId::list;  ///< the first word that is no option, where that is a command
  std::vector<Given> options;           ///< in their order
  std::vector<std::string> operands;    ///< everything else that is no option
  std::size_t before_dashes = 0;        ///< so many operands stand before `--`, the rest behind it
};

/// Reads the command line, with no side effect. Throws UsageError for an unknown option, for one that
/// the command does not take, and for a missing argument.
Words parse(int argc, char** argv);

}  // namespace cli
