// SPDX-License-Identifier: MIT
#pragma once

#include <regex.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "portscope/expression.hpp"

namespace portscope {

/// A compiled POSIX extended regular expression. regex(3) runs in memory that does not grow with
/// the text, where std::regex recurses for each of its bytes.
class Pattern {
 public:
  /// Throws std::invalid_argument with regcomp's words, and for what would take too much memory.
  explicit Pattern(const std::string& text);
  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;
  ~Pattern();

  /// Whether it is found anywhere in `text`, which may hold any bytes.
  [[nodiscard]] bool is_in(std::string_view text) const;

 private:
  regex_t compiled_{};
};

/// Whether `text` is `glob`, in which * stands for any bytes and ? for one.
bool matches_glob(std::string_view glob, std::string_view text);

}  // namespace portscope
