// SPDX-License-Identifier: MIT
#pragma once

#include "collect/family.hpp"

namespace collect {

/// Takes out of the snapshot what the filter does not hold of, now that everything is known. Of
/// sockets for which that cannot be told it makes a gap: they may be missing.
void select(const Question& question, portscope::Snapshot& snapshot);

}  // namespace collect
