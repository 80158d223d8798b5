// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "cli/usage_error.hpp"

namespace cli {

/// The end of a word, from `begin` on: what stands behind an option's letter.
struct Tail {
  const std::string& word;
  std::size_t begin = 0;

  [[nodiscard]] std::string_view text() const { return std::string_view(word).substr(begin); }

  /// Marks `part`, which lies in the word.
  [[noreturn]] void fail(const std::string& what, std::string_view part) const {
    throw UsageError(what, {word, static_cast<std::size_t>(part.data() - word.data()), part.size()});
  }
};

}  // namespace cli
