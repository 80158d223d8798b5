// SPDX-License-Identifier: MIT
#pragma once

#include "collect/family.hpp"

namespace collect {

/// The clock: now, and when the machine started.
struct Clock {
  portscope::Time now{};
  portscope::Time boot{};
};

/// portscope::take_snapshot with the doors and the clock passed in. `memory` is that of an observer.
portscope::Snapshot take_snapshot(const portscope::Request& request, const Doors& doors, const Clock& clock,
                                  Memory* memory = nullptr);

}  // namespace collect
