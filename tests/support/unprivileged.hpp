// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>

namespace fake {

/// Runs `question` in a child process that is not root (root becomes user 65534, which drops
/// every capability) and returns its answer; "died: ..." when the child did not give one.
std::string ask_unprivileged(const std::function<std::string()>& question);

}  // namespace fake
