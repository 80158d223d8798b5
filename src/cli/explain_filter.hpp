// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "portscope/take_snapshot.hpp"

namespace cli {

/// What of the filter goes to the kernel and what stays, for people. The names in the selection are
/// looked up already (portscope::resolve).
std::string explain_filter(const portscope::Request& request);

}  // namespace cli
