// SPDX-License-Identifier: MIT
#include "model/nearest.hpp"

#include <algorithm>
#include <numeric>

namespace portscope {

namespace {

/// How many letters must be put in, left out, changed, or swapped with the next one (the distance
/// of Damerau and Levenshtein, no letter touched twice).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::iota(last.begin(), last.end(), 0U);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::vector<std::size_t> row(b.size() + 1, i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({changed, last[j] + 1, row[j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last = std::move(last);
    last = std::move(row);
  }
  return last.back();
}

}  // namespace

std::string did_you_mean(std::string_view typed, const std::vector<std::string_view>& known, std::string_view prefix) {
  constexpr std::size_t longest = 64;  // nobody misspells a longer word
  if (typed.empty() || typed.size() > longest) return {};
  // Of three letters two wrong ones are another word.
  constexpr std::size_t short_word = 3;
  std::size_t best = typed.size() <= short_word ? 2 : std::max<std::size_t>(2, typed.size() / 3) + 1;
  std::string_view nearest;
  for (const std::string_view candidate : known) {
    if (const std::size_t d = distance(typed, candidate); d < best) {
      best = d;
      nearest = candidate;
    }
  }
  if (nearest.empty()) return {};
  return "; did you mean " + std::string(prefix) + std::string(nearest) + "?";
}

}  // namespace portscope
