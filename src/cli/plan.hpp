// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/parse.hpp"
#include "portscope/take_snapshot.hpp"
#include "render/formats.hpp"
#include "render/view.hpp"

namespace cli {

/// What standard output is, and what the environment says about colour.
struct Terminal {
  bool is_terminal = false;
  std::optional<unsigned> width;
  bool no_color = false;     ///< NO_COLOR is set and not empty, or TERM is dumb
  bool force_color = false;  ///< CLICOLOR_FORCE is set, not empty and not 0
};

/// What to do, fully resolved.
struct Plan {
  enum class Command : std::uint8_t { list, summary, explain_filter };

  std::optional<std::string> text;  ///< an answer that needs no socket: help, version, lists
  Command command = Command::list;
  portscope::Request request;
  std::vector<const render::Column*> columns;
  bool columns_chosen = false;
  std::vector<render::SortKey> sort;
  const render::Format* format = nullptr;
  render::Look look;
  std::string output;  ///< a file; empty: standard output
  bool quiet = false;
  bool strict = false;
};

/// Gives the words their meaning. Throws UsageError for what cannot be.
Plan plan(const Words& words, const Terminal& terminal);

}  // namespace cli
