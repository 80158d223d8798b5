// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "model/pattern.hpp"
#include "portscope/expression.hpp"

namespace portscope {

/// Is told, one by one, the values that a socket has in the field of a condition, and judges
/// whether one of them is among those that are wanted.
class Judge {
 public:
  explicit Judge(const Condition& condition) : condition_(condition) {}

  void number(std::uint64_t value) { between(value, value); }

  /// Some value between the two.
  void between(std::uint64_t low, std::uint64_t high) {
    const auto* ranges = std::get_if<Numbers>(&condition_.values);
    if (ranges == nullptr) return;
    for (const NumberRange& range : *ranges) {
      if (range.contains(low) && range.contains(high)) return found(Truth::yes);
      if (range.first <= high && low <= range.last) found(Truth::maybe);
    }
  }

  void text(std::string_view value) {
    if (const auto* globs = std::get_if<Texts>(&condition_.values)) {
      const auto is_it = [&](const std::string& glob) { return matches_glob(glob, value); };
      if (std::any_of(globs->begin(), globs->end(), is_it)) found(Truth::yes);
    } else if (const auto* pattern = std::get_if<PatternRef>(&condition_.values)) {
      if ((*pattern)->is_in(value)) found(Truth::yes);
    }
  }

  /// There is a value, and nobody knows which.
  void untold() { found(Truth::maybe); }

  [[nodiscard]] Truth verdict() const { return verdict_; }

 private:
  void found(Truth truth) { verdict_ = std::max(verdict_, truth); }

  const Condition& condition_;
  Truth verdict_ = Truth::no;
};

}  // namespace portscope
