// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "portscope/snapshot.hpp"
#include "portscope/take_snapshot.hpp"

namespace watch {

/// What can be done to a socket.
enum class Deed : std::uint8_t { kill, close };

/// A deed that was planned, in the words of the command that does the same.
struct PlannedDeed {
  std::string text;                          ///< what would be done, as --dry-run shows it
  std::string question;                      ///< whether it shall be; empty: there is nothing to be done
  std::function<std::string()> carry_out{};  ///< does it, and tells what came of it
};

/// A socket of a snapshot, and how wide texts about it may be.
struct Subject {
  const portscope::Snapshot& snapshot;
  const portscope::Socket& socket;
  std::size_t width = 0;
};

/// What the view knows of the commands. What is handed out has everything it needs, and may run in another thread.
struct Doors {
  /// How to plan a deed; planning looks at the machine.
  std::function<std::function<PlannedDeed()>(Deed, const Subject&)> plan;
  /// The question for everything about one socket, as `show` asks it; nothing for one that cannot be told from others.
  std::function<std::optional<portscope::Request>(const portscope::Socket&)> closer;
};

}  // namespace watch
