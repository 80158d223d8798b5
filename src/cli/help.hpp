// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace cli {

// Answers that need no socket, made from the tables.
std::string help_text();
std::string version_text();
std::string column_list();
std::string format_list();

/// The completion script for `bash`, `zsh` or `fish`; throws UsageError for another shell.
std::string completion(const std::string& shell);

}  // namespace cli
