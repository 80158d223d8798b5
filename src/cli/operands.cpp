// SPDX-License-Identifier: MIT
#include "cli/operands.hpp"

#include <algorithm>
#include <cctype>

#include "cli/options.hpp"
#include "cli/suggest.hpp"
#include "cli/target.hpp"
#include "cli/usage_error.hpp"

namespace cli {

using portscope::EnumSet;
using portscope::State;

namespace {

EnumSet<State> read_states(const std::string& word) {
  if (const auto states = portscope::parse_states(word)) return *states;
  const auto& known = portscope::Names<State>::list;
  throw UsageError("'" + word + "' is no state" + did_you_mean(word, {known.begin(), known.end()}),
                   {word, 0, word.size()});
}

/// A word of letters is no target but a word we do not know; say so, rather than that it is no
/// address.
bool is_plain_word(const std::string& word) {
  if (word.empty() || portscope::named<portscope::Transport>(word)) return false;
  for (const char c : word) {
    if (std::isalpha(static_cast<unsigned char>(c)) == 0 && c != '-' && c != '_') return false;
  }
  return std::isalpha(static_cast<unsigned char>(word.front())) != 0;
}

[[noreturn]] void fail_unknown(const std::string& word, std::size_t position) {
  std::vector<std::string_view> known{"state", "exclude"};
  const bool is_command =
      std::any_of(commands().begin(), commands().end(), [&](const Command& c) { return c.name == word; });
  if (position == 0 && !is_command) {
    for (const Command& command : commands()) known.push_back(command.name);
  }
  throw UsageError("'" + word + "' is no port, address, path or filter word" + did_you_mean(word, known),
                   {word, 0, word.size()});
}

}  // namespace

Filter parse_operands(std::span<const std::string> operands) {
  Filter filter;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    const std::string& word = operands[i];
    const bool is_state = word == "state";
    if (is_state || word == "exclude") {
      if (i + 1 == operands.size()) throw UsageError("a state must follow '" + word + "'", {word, 0, word.size()});
      const auto states = read_states(operands[++i]);
      if (is_state) {
        filter.states = filter.states.value_or(EnumSet<State>{}) | states;
      } else {
        filter.excluded |= states;
      }
    } else if (is_plain_word(word)) {
      fail_unknown(word, i);
    } else {
      filter.targets.push_back(parse_target(word));
    }
  }
  return filter;
}

}  // namespace cli
