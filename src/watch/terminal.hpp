// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace watch {

/// Whether there is a terminal on both sides that can be steered.
bool can_be_steered();

/// Hands text to the terminal's clipboard (OSC 52), which not every terminal has.
void copy_to_clipboard(std::string_view text);

}  // namespace watch
