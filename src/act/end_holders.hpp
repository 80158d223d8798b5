// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <functional>

#include "portscope/end_holders.hpp"
#include "sys/proc.hpp"
#include "sys/process.hpp"

namespace act {

/// What acting needs of the machine; tests put their own behind it.
struct Stage {
  const sys::Processes& processes;
  const sys::Proc& proc;
  portscope::Time boot{};  ///< when the machine started
  std::function<portscope::Snapshot(const portscope::Request&)> look;
  std::function<std::chrono::steady_clock::time_point()> now;
};

/// portscope::end_holders on that stage.
portscope::EndReport end_holders(const Stage& stage, const portscope::Snapshot& before,
                                 std::span<const portscope::PortOwner> holders, const portscope::EndOrder& order);

}  // namespace act
