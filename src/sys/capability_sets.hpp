// SPDX-License-Identifier: MIT
#pragma once

#include <linux/capability.h>

#include <array>
#include <optional>

namespace sys {

/// Those of the calling thread: what is in effect, what it may put into effect, what a program would inherit
/// (capget(2)). The first word has the capabilities 0 to 31, see CAP_TO_INDEX.
using CapabilitySets = std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3>;

/// Nothing where the kernel refuses.
std::optional<CapabilitySets> capability_sets();

/// False where the kernel refuses (capset(2)): EPERM for what is not permitted.
bool set_capabilities(const CapabilitySets& sets);

}  // namespace sys
