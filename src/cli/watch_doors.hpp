// SPDX-License-Identifier: MIT
#pragma once

#include "watch/deed.hpp"

namespace cli {

/// What the live view does to a socket, and asks about it alone: as the commands kill, close and show do.
watch::Doors watch_doors();

}  // namespace cli
