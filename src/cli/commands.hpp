// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "cli/command_id.hpp"
#include "cli/parse.hpp"
#include "cli/terminal.hpp"
#include "render/view.hpp"

namespace cli {

/// How a command ended.
struct Outcome {
  int exit_code = 0;
  std::string complaints{};  ///< for stderr, once the answer is written
};

/// A command planned to the end: all that is left is to do it.
struct Job {
  std::string output;                               ///< the file the answer goes to; empty: standard output
  std::function<Outcome(const render::Sink&)> act;  ///< looks, or acts, and writes the answer
};

/// One command: all there is to say about it. Which options it takes stands in the option table.
struct Command {
  CommandId id;
  std::string_view name;
  std::string_view operands;  ///< how the help calls them
  std::string_view help;
  /// Gives the words their meaning. Throws UsageError for what cannot be.
  Job (*prepare)(const Words& words, const Terminal& terminal);
};

/// THE table of commands, in the order of their ids: the parser, the help, the manual's check and completion read it.
std::span<const Command> commands();

/// What was asked for; a text that needs no look at the machine is a job of its own.
Job prepare(const Words& words, const Terminal& terminal);

}  // namespace cli
