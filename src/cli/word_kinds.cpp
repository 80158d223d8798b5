// SPDX-License-Identifier: MIT
#include "cli/word_kinds.hpp"

#include <algorithm>

namespace cli {

namespace {

template <class Predicate>
const Option* find(Whose whose, Predicate fits) {
  const auto found = std::find_if(options().begin(), options().end(), [&](const Option& option) {
    return (!whose || option.commands.contains(*whose)) && fits(option);
  });
  return found != options().end() ? &*found : nullptr;
}

bool takes_argument(const Option* option) {
  return option != nullptr && !option->argument.empty() && !may_be_left_out(*option);
}

WordKind kind_of(const std::string& word) {
  if (word == "--") return WordKind::rest;
  if (word.starts_with("--")) return WordKind::name;
  return word.size() > 1 && word.front() == '-' ? WordKind::cluster : WordKind::operand;
}

/// Whether the argument is the next word, not a part of this one.
bool wants_next_word(const std::string& word, WordKind kind, Whose whose) {
  if (kind == WordKind::name) {
    return word.find('=') == std::string::npos && takes_argument(option_of(std::string_view(word).substr(2), whose));
  }
  if (kind != WordKind::cluster) return false;
  const std::string_view letters = letters_of(word, whose);
  return letters.size() + 1 == word.size() && takes_argument(option_of(letters.back(), whose));
}

}  // namespace

const Option* option_of(char letter, Whose whose) {
  return find(whose, [&](const Option& option) { return option.letter == letter; });
}

const Option* option_of(std::string_view name, Whose whose) {
  const Option* exact = find(whose, [&](const Option& option) { return option.name == name; });
  return exact != nullptr ? exact : find(whose, [&](const Option& option) { return option.name.starts_with(name); });
}

std::string_view letters_of(std::string_view cluster, Whose whose) {
  const std::string_view letters = cluster.substr(1);
  const auto* const end = std::find_if(letters.begin(), letters.end(),
                                       [&](char letter) { return takes_argument(option_of(letter, whose)); });
  const auto length = static_cast<std::size_t>(end - letters.begin());
  return letters.substr(0, std::min(length + 1, letters.size()));
}

std::vector<WordKind> kinds_of(const std::vector<std::string>& words, Whose whose) {
  std::vector<WordKind> kinds;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool is_rest = !kinds.empty() && kinds.back() == WordKind::rest;
    const bool is_argument = i > 0 && wants_next_word(words[i - 1], kinds.back(), whose);
    kinds.push_back(is_rest ? WordKind::rest : is_argument ? WordKind::argument : kind_of(words[i]));
  }
  return kinds;
}

std::optional<CommandId> command_of(const std::vector<std::string>& words) {
  const std::vector<WordKind> kinds = kinds_of(words, std::nullopt);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool is_operand =
        kinds[i] == WordKind::operand || (kinds[i] == WordKind::rest && i > 0 && kinds[i - 1] == WordKind::rest);
    if (is_operand) return portscope::named<CommandId>(words[i]);
  }
  return std::nullopt;
}

}  // namespace cli
