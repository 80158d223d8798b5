// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "sys/proc.hpp"

namespace act {

/// portscope::own_kin by that /proc.
std::vector<std::int32_t> own_kin(const sys::Proc& proc);

}  // namespace act
