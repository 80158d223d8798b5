// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/options.hpp"

namespace cli {

/// What a word is to getopt_long(3), without its being asked.
enum class WordKind : std::uint8_t {
  operand,
  name,      ///< --name, with its =value
  cluster,   ///< -letters
  argument,  ///< of the option before it
  rest       ///< `--`, and what follows it
};
/// To whom: what the options of no command in particular make of it (nothing), or those of one.
using Whose = std::optional<CommandId>;
std::vector<WordKind> kinds_of(const std::vector<std::string>& words, Whose whose = CommandId::list);

/// The command that the first word says that is no option; nothing when that is none.
std::optional<CommandId> command_of(const std::vector<std::string>& words);

/// The letters of a cluster, without the dash and without the argument of the last one.
std::string_view letters_of(std::string_view cluster, Whose whose = CommandId::list);

/// Digits alone, and at least one.
inline bool is_number(std::string_view word) {
  return !word.empty() && word.find_first_not_of("0123456789") == std::string_view::npos;
}

/// The row of the option table; nothing when there is none.
const Option* option_of(char letter, Whose whose = CommandId::list);
/// By the whole name, or the first one that begins so.
const Option* option_of(std::string_view name, Whose whose = CommandId::list);

}  // namespace cli
