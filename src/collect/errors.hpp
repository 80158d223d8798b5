// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace collect {

/// `EACCES` for EACCES; the number for an errno that libc does not know.
std::string errno_name(int error);

/// What helps against a shortage of our own (descriptors, memory); `otherwise` for every other
/// error.
std::string remedy(int error, std::string otherwise);

}  // namespace collect
