// SPDX-License-Identifier: MIT
#include "cli/suggest.hpp"

#include <algorithm>
#include <numeric>

namespace cli {

namespace {

/// Levenshtein's: how many letters must be put in, left out or changed.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0U);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string did_you_mean(std::string_view typed, const std::vector<std::string_view>& known, std::string_view prefix) {
  constexpr std::size_t longest = 64;  // nobody misspells a longer word
  if (typed.empty() || typed.size() > longest) return {};
  std::size_t best = std::max<std::size_t>(2, typed.size() / 3) + 1;
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

}  // namespace cli
