// SPDX-License-Identifier: MIT
#include "portscope/progress.hpp"

#include <fmt/format.h>

namespace portscope {

void Progress::begin(const Stage& stage, std::uint64_t total) {
  stage_ = &stage;
  done_ = 0;
  total_ = total;
}

std::string Progress::text() const {
  const Stage* stage = stage_;
  const std::uint64_t done = done_;
  const std::uint64_t total = total_;
  if (stage == nullptr) return {};
  if (done == 0) return fmt::format("reading {}", stage->what);
  // More may come than were counted at first.
  if (total < done) return fmt::format("reading {}: {} {}", stage->what, done, stage->units);
  return fmt::format("reading {}: {} of {} {}", stage->what, done, total, stage->units);
}

Progress& progress() {
  static Progress of_process;
  return of_process;
}

}  // namespace portscope
