// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "portscope/enum_set.hpp"

namespace cli {

/// A first word that says what to do; `list` is done when there is none.
enum class CommandId : std::uint8_t { list, watch, events, wait, show, kill, close, summary, why, free };

using Commands = portscope::EnumSet<CommandId>;

/// Those that have a filter, and show sockets one and all.
inline constexpr Commands listing{CommandId::list, CommandId::summary, CommandId::watch, CommandId::events};

/// Those that are about bind(2), and not about sockets that are there.
inline constexpr Commands callers_of_bind{CommandId::why, CommandId::free};

/// Those that choose sockets by a filter and by states.
inline constexpr Commands filtering = listing | Commands{CommandId::show, CommandId::close};

/// Those that take a choice of protocols.
inline constexpr Commands choosing = filtering | Commands{CommandId::wait, CommandId::kill};

}  // namespace cli

template <>
struct portscope::Names<cli::CommandId> {
  static constexpr auto list = std::to_array<std::string_view>(
      {"list", "watch", "events", "wait", "show", "kill", "close", "summary", "why", "free"});
};
