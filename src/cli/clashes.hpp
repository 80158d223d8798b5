// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace cli {

/// A letter whose argument lsof(8), netstat(8) or fuser(1) would take from behind it, where ss(8) and we take none.
struct Clash {
  bool (*is_meant)(std::string_view behind) = nullptr;  ///< nothing of ours looks like this
  char letter = 0;
  std::string (*text)(std::string_view behind) = nullptr;
};

/// The clash of this letter with what stands behind it; nothing when there is none.
const Clash* clash_of(char letter, std::string_view behind);

}  // namespace cli
