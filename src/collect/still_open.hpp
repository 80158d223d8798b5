// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_set>
#include <vector>

#include "collect/family.hpp"

namespace collect {

/// Inodes of the sockets that the kernel lists now, whatever has become of them; nothing when it
/// cannot be asked again. Who is missing there was closed while we walked.
std::optional<std::unordered_set<std::uint32_t>> still_open(const Question& asked,
                                                            const std::vector<portscope::Socket*>& unowned);

}  // namespace collect
