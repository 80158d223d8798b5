// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <vector>

#include "portscope/changes.hpp"
#include "render/view.hpp"
#include "watch/wishes.hpp"

namespace watch {

/// How a change is written.
enum class LineFormat : std::uint8_t { text, jsonl };

/// Writes a line for each socket that is opened, changed or closed, until a signal ends it or nobody reads any more.
/// Returns what the first look could not see.
std::vector<portscope::Gap> run_stream(const Question& question, std::chrono::milliseconds interval, LineFormat format,
                                       const render::Sink& sink);

/// One such line. The row is of `snapshot`.
std::string change_line(portscope::ChangeKind kind, const portscope::Snapshot& snapshot, std::uint32_t row,
                        portscope::Time time, const std::vector<const render::Column*>& columns);

}  // namespace watch
