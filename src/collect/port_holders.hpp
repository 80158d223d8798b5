// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "portscope/bind.hpp"

namespace collect {

/// One for each socket of the snapshot, with its reuse flags where one of its holders lends it (attribute() must have
/// found them). Connections beyond the first few hundred are not asked: each costs, and they have what their listener
/// has. The result points into the snapshot.
std::vector<portscope::PortHolder> port_holders(const portscope::Snapshot& snapshot);

}  // namespace collect
