// SPDX-License-Identifier: MIT
#include "watch/terminal.hpp"

#include <unistd.h>

#include <cstdlib>
#include <string>

#include "render/json_writer.hpp"

namespace watch {

bool can_be_steered() {
  const char* const kind = std::getenv("TERM");
  const std::string_view name = kind != nullptr ? kind : "";
  return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1 && !name.empty() && name != "dumb";
}

/// What the text holds cannot be anything to a terminal, being letters and digits.
void copy_to_clipboard(std::string_view text) {
  const std::string sequence = "\x1b]52;c;" + render::base64(text) + "\x07";
  [[maybe_unused]] const auto size = ::write(STDOUT_FILENO, sequence.data(), sequence.size());
}

}  // namespace watch
