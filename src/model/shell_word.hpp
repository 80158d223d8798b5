// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace portscope {

/// The word as a shell has to be given it: in quotes where it has to be.
std::string shell_word(std::string_view word);

}  // namespace portscope
