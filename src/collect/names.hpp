// SPDX-License-Identifier: MIT
#pragma once

#include "collect/family.hpp"

namespace collect {

/// Fills the tables of names (users, interfaces, cgroups), the host and the network namespace of
/// the snapshot, as far as the request needs them.
void name_things(const Question& question, portscope::Snapshot& snapshot);

}  // namespace collect
