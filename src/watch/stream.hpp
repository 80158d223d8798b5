// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "render/event.hpp"
#include "render/view.hpp"
#include "watch/wishes.hpp"

namespace watch {

/// How events are told.
struct Stream {
  std::chrono::milliseconds interval{1000};           ///< between two looks
  std::optional<std::chrono::milliseconds> duration;  ///< then it ends; nothing: when it is told to
  render::EventFormat format = render::EventFormat::table;
  bool headings = true;
};

/// Writes a line for each socket that is opened, changed or closed, from the first look on, until a signal ends it or
/// nobody reads any more. A gap is a line, too. Returns all gaps, those of the first look included.
std::vector<portscope::Gap> run_stream(const Question& question, const Stream& stream, const render::Sink& sink);

}  // namespace watch
