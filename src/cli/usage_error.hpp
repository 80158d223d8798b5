// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>

namespace cli {

/// The command line asks for something impossible. Names the word, and the part of it that is
/// wrong, so that main can mark it.
class UsageError : public std::runtime_error {
 public:
  struct Mark {
    std::string word;
    std::size_t begin = 0;
    std::size_t length = 0;
  };

  explicit UsageError(const std::string& what) : std::runtime_error(what) {}
  UsageError(const std::string& what, Mark mark) : std::runtime_error(what), mark_(std::move(mark)) {}

  /// Empty word: nothing to mark.
  [[nodiscard]] const Mark& mark() const { return mark_; }

 private:
  Mark mark_;
};

}  // namespace cli
