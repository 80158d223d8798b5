// SPDX-License-Identifier: MIT
#pragma once

#include "collect/family.hpp"

namespace collect {

/// Asks every socket of the snapshot for its options, through a descriptor duplicated from one of
/// its holders (Need::set_options; attribute() must have found them). Those that could not be
/// looked into become a Gap for each errno; who has no holder any more has no options either.
void read_set_options(const Question& question, portscope::Snapshot& snapshot);

}  // namespace collect
