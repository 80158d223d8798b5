// SPDX-License-Identifier: MIT
#pragma once

#include "cli/terminal.hpp"
#include "cli/wishes.hpp"
#include "render/view.hpp"

namespace cli {

/// How the answer looks, by what was asked for and where it goes; the footer is for the command to decide.
render::Look look_of(const Wishes& wishes, const Terminal& terminal);

}  // namespace cli
