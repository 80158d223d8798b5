// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <string>

#include "portscope/snapshot.hpp"
#include "portscope/take_snapshot.hpp"

namespace watch {

/// How the looks went; for the status line.
struct Status {
  portscope::Time time{};            ///< of the last look
  std::chrono::milliseconds took{};  ///< and how long it took
  portscope::OwnerRoad road = portscope::OwnerRoad::none;
  bool slow = false;    ///< longer than the interval, so it looks less often
  std::string trouble;  ///< why the last look failed
};

}  // namespace watch
