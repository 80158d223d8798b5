// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "collect/family.hpp"

namespace collect {

/// Gives each socket the name of its peer, which only the peer's own row tells, and hands those
/// that were asked for to the pass.
void keep_unix(const Question& question, Pass& pass, std::vector<portscope::Socket> all);

}  // namespace collect
