// SPDX-License-Identifier: MIT
#pragma once

#include "collect/family.hpp"

namespace collect {

/// portscope::take_snapshot with the doors and the clock passed in.
portscope::Snapshot take_snapshot(const portscope::Request& request, const Doors& doors, portscope::Time now);

}  // namespace collect
