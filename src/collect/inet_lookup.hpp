// SPDX-License-Identifier: MIT
#pragma once

#include "collect/family.hpp"

namespace collect {

/// Finds one TCP connection by the kernel's own lookup, which takes microseconds however many there
/// are. Pass::error says that the kernel would not; that there is none is an empty pass.
Pass look_up(const Family& family, const Question& question, const portscope::FiveTuple& tuple);

}  // namespace collect
