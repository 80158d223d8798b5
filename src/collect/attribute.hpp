// SPDX-License-Identifier: MIT
#pragma once

#include "collect/family.hpp"

namespace collect {

class OwnerSearch;

/// Finds the holders of the snapshot's sockets, and gives every socket its owner_status.
/// What could not be looked into becomes a Gap. `boot` is when the machine started.
/// `search` goes by the kernel's iterators; null: only by /proc.
void attribute(const Question& question, portscope::Time boot, OwnerSearch* search, portscope::Snapshot& snapshot);

}  // namespace collect
