// SPDX-License-Identifier: MIT
#pragma once

#include <cstring>
#include <string>

namespace collect {

/// `EACCES` for EACCES; the number for an errno that libc does not know.
inline std::string errno_name(int error) {
  const char* name = strerrorname_np(error);
  return name != nullptr ? name : std::to_string(error);
}

}  // namespace collect
