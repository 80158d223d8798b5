// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "portscope/bind.hpp"
#include "sys/proc.hpp"

namespace collect {

/// Where the port waits in network namespaces that are not the caller's, as far as /proc shows processes in them:
/// nobody needs a right to read their tables. One of each namespace, with a process that lives there.
std::vector<portscope::ForeignSocket> waiting_elsewhere(const portscope::BindAttempt& attempt, const sys::Proc& proc,
                                                        portscope::StringPool& strings);

}  // namespace collect
