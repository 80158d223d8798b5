// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "portscope/port_owners.hpp"

namespace portscope {

/// Why this process is not ended for its port; nothing when it may be.
std::optional<Refusal> refusal_of(const Snapshot& snapshot, const PortOwner& holder, std::span<const std::int32_t> kin);

}  // namespace portscope
