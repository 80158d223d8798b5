// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "cli/tail.hpp"
#include "portscope/protocol.hpp"

namespace cli {

/// Whether it is what lsof(8) takes behind -s to choose states, such as `TCP:LISTEN,^CLOSING`.
bool is_lsof_states(std::string_view text);

/// What stood behind one or several -s.
struct LsofStates {
  portscope::EnumSet<portscope::State> wanted;
  portscope::EnumSet<portscope::State> excluded;  ///< behind ^

  [[nodiscard]] bool empty() const { return wanted.empty() && excluded.empty(); }
};

/// Throws UsageError for what is no state of TCP.
LsofStates read_lsof_states(const Tail& tail);

/// In the filter language. As lsof 4.95 does it: where states are wanted no UDP row is left; where states are only
/// excluded all of them are.
std::string filter_of(const LsofStates& states);

}  // namespace cli
