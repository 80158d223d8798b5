// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace sys {

/// Somebody sits there: what is read comes from a terminal, and what is asked appears on one.
bool can_ask();

/// Writes the question to standard error and reads a line from standard input. True for `y` and `yes`, in any case;
/// everything else, and the end of the input, is no.
bool ask(std::string_view question);

}  // namespace sys
