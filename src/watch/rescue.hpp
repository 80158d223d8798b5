// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace watch {

// A program that crashes runs no destructors, and would leave a terminal behind that shows nothing of what is typed.

/// Notes how the terminal is, before it is taken over.
void remember_terminal();

/// From now on, a signal that means a crash first puts the terminal back as it was; `farewell` is what does so when it
/// is written to it.
void give_back_in_a_crash(std::string farewell);

/// It was given back in the ordinary way.
void forget_terminal();

}  // namespace watch
