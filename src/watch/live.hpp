// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <vector>

#include "watch/deed.hpp"
#include "watch/screen.hpp"
#include "watch/wishes.hpp"

namespace watch {

/// How the live view begins.
struct Beginning {
  Ask ask;
  Doors doors;
  Wishes wishes;
  std::vector<render::SortKey> sort;
  std::chrono::milliseconds interval{1000};
  Colors colors = Colors::usual;
};

/// Shows sockets on the terminal until the user has seen enough, or a signal ends it.
void run_live(const Beginning& beginning);

}  // namespace watch
