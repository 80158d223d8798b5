// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <functional>

#include "portscope/wait.hpp"
#include "sys/diag.hpp"

namespace act {

/// What waiting needs of the machine; tests put their own behind it.
struct Watch {
  sys::Diag& diag;
  std::function<portscope::Snapshot(const portscope::Request&)> look;
  std::function<std::chrono::steady_clock::time_point()> now;
};

/// portscope::wait_for on that watch.
portscope::Snapshot wait_for(const Watch& watch, const portscope::WaitOrder& order);

}  // namespace act
