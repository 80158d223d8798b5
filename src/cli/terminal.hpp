// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>
#include <string_view>

namespace cli {

/// What standard output is, what the environment says about colour, and who can be asked.
struct Terminal {
  bool is_terminal = false;
  std::optional<unsigned> width;
  bool no_color = false;                                 ///< NO_COLOR is set and not empty, or TERM is dumb
  bool force_color = false;                              ///< CLICOLOR_FORCE is set, not empty and not 0
  std::function<bool(std::string_view question)> ask{};  ///< waits for yes or no; empty: nobody is there to be asked
  std::function<void()> clear{};  ///< takes away what tells how far the work is; empty: nothing does
};

}  // namespace cli
