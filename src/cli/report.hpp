// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <string>
#include <vector>

#include "cli/plan.hpp"
#include "cli/usage_error.hpp"

namespace cli {

/// One line for each gap: what could not be seen, and the right that would show it.
std::string describe_gaps(const portscope::Snapshot& snapshot);

/// 0 something was found, 1 nothing, 3 the answer is incomplete.
int exit_code(const portscope::Snapshot& snapshot, const Plan& plan);

/// 0, or 3 when sockets are missing, or owners where that matters.
int exit_code_for_gaps(const std::vector<portscope::Gap>& gaps, bool strict);

/// The message for stderr, with a mark under the wrong part of the word.
std::string describe(const UsageError& error);
std::string describe(const std::exception& error);

}  // namespace cli
