// SPDX-License-Identifier: MIT
#include "cli/filter_words.hpp"

#include <algorithm>
#include <array>

#include "portscope/protocol.hpp"
#include "portscope/query.hpp"

namespace cli {

namespace {

constexpr auto comparisons = std::to_array<std::string_view>({
    "=", "==", "eq", "!=", "ne", "neq", "<", "lt", "<=", "le", "leq", ">", "gt", ">=", "ge", "geq", "~", "!~", "in",
});

}  // namespace

bool is_comparison(std::string_view word) {
  return std::find(comparisons.begin(), comparisons.end(), word) != comparisons.end();
}

bool is_filter_word(std::string_view word) {
  const auto words = portscope::query_words();
  return is_comparison(word) || std::find(words.begin(), words.end(), word) != words.end() ||
         portscope::parse_transport(word).has_value() || portscope::parse_states(word).has_value();
}

}  // namespace cli
