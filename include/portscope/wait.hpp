// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "portscope/take_snapshot.hpp"
#include "portscope/target.hpp"

namespace portscope {

/// What is waited for: that somebody waits for others at a place, or that nobody has it.
enum class Awaited : std::uint8_t { listener, free };

/// The sockets for whose sake `awaited` holds or does not, as positions in the snapshot: those that listen at `target`,
/// or those that have it. A socket that is bound and does not listen has a place, and does not serve it; a connection
/// does neither.
std::vector<std::uint32_t> decisive(const Snapshot& snapshot, const Target& target, Awaited awaited);

/// Whether it has happened.
bool has_happened(const Snapshot& snapshot, const Target& target, Awaited awaited);

struct WaitOrder {
  Target target;
  Request look;  ///< what shows the target
  Awaited awaited = Awaited::listener;
  std::optional<std::chrono::milliseconds> timeout{};  ///< nothing: for ever
};

/// Waits, and returns the last look. Nothing announces a new listener, so that is looked for now and then, ever more
/// seldom; the kernel announces the end of sockets of TCP and UDP, so nothing is done until one of those that are in
/// the way has ended.
Snapshot wait_for(const WaitOrder& order);

}  // namespace portscope
