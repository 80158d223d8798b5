// SPDX-License-Identifier: MIT
#pragma once

#include "collect/family.hpp"

namespace collect {

/// Finds the holders of the snapshot's sockets, and gives every socket its owner_status.
/// What could not be looked into becomes a Gap. `boot` is when the machine started.
void attribute(const Question& question, portscope::Time boot, portscope::Snapshot& snapshot);

}  // namespace collect
