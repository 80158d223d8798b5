// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cli {

/// What fingers know from other programs and portscope has not, or not by that name: how it is written here.
struct Answer {
  /// What belongs to the option besides it: `{argument}` in the text.
  enum class Takes : std::uint8_t { nothing, word };

  char letter = 0;  ///< 0: none
  std::string_view name;
  Takes takes = Takes::nothing;
  std::string_view argument;  ///< stands for the one that is missing
  std::string_view others;    ///< stands for the rest of the command line where there is none: `{others}`
  std::string_view text;
};

/// Nothing when there is none: then the option is unknown, and that is told.
const Answer* answer_to(char letter);
const Answer* answer_to(std::string_view name);

/// The same for a first word that is a command of other programs, or one that is still to come.
const Answer* answer_to_command(std::string_view word);

/// The answer in full; what is empty is filled in by the row.
std::string text_of(const Answer& answer, std::string_view argument, std::string_view others);

}  // namespace cli
