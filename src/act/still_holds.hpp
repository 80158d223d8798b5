// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "act/end_holders.hpp"

namespace act {

/// Whether a process may be signalled for a socket: it is the one that was shown, and has it.
enum class Proof : std::uint8_t { same, other, ended };

/// Looks at the process behind `handle` again: whether it is the one that `before` knows, and still has a socket of
/// `holder`, the very same one. To be asked after `handle` was opened; then the number cannot have become another's in
/// between without its being noticed.
Proof still_holds(const Stage& stage, const sys::ProcessHandle& handle, const portscope::Snapshot& before,
                  const portscope::PortOwner& holder);

}  // namespace act
