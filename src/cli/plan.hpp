// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/parse.hpp"
#include "cli/terminal.hpp"
#include "portscope/take_snapshot.hpp"
#include "render/formats.hpp"
#include "render/view.hpp"

namespace cli {

/// What `list` and `summary` do, fully resolved.
struct Plan {
  enum class Answer : std::uint8_t { sockets, summary, explained_filter };

  std::optional<std::string> text;  ///< an answer that needs no socket: help, version, lists
  Answer answer = Answer::sockets;
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
