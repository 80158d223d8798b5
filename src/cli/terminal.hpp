// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

namespace cli {

/// What standard output is, and what the environment says about colour.
struct Terminal {
  bool is_terminal = false;
  std::optional<unsigned> width;
  bool no_color = false;     ///< NO_COLOR is set and not empty, or TERM is dumb
  bool force_color = false;  ///< CLICOLOR_FORCE is set, not empty and not 0
};

}  // namespace cli
