// SPDX-License-Identifier: MIT
#include "cli/habits.hpp"

#include <algorithm>
#include <string_view>

#include "cli/answers.hpp"
#include "cli/clashes.hpp"
#include "cli/filter_words.hpp"
#include "cli/lsof.hpp"
#include "cli/usage_error.hpp"
#include "cli/word_kinds.hpp"
#include "model/shell_word.hpp"

namespace cli {

namespace {

/// The command line, and one word of it.
struct WordPlace {
  const std::vector<std::string>& words;
  const std::vector<WordKind>& kinds;
  CommandId command = CommandId::list;
  std::size_t index = 0;

  [[nodiscard]] const std::string& word() const { return words[index]; }
  /// The word that far behind this one; empty when it is none, or no operand.
  [[nodiscard]] std::string_view operand(std::size_t distance) const {
    const bool is_one = index + distance < words.size() && kinds[index + distance] == WordKind::operand;
    return is_one ? std::string_view(words[index + distance]) : std::string_view{};
  }
};

/// An option that is answered, inside its word.
struct Asked {
  const Answer& answer;
  std::string_view behind;  ///< in the same word: what may be its argument
  std::string left;         ///< of the word, when the option and `behind` are taken out
  UsageError::Mark mark;
};

bool fits(Answer::Takes takes, std::string_view argument) {
  switch (takes) {
    case Answer::Takes::nothing:
      return false;
    case Answer::Takes::word:
      return !argument.empty();
  }
  return false;
}

/// fuser's `-n tcp 8080` is `8080/tcp` here.
void join_name_space(std::vector<std::string>& words) {
  for (std::size_t i = 0; i + 2 < words.size(); ++i) {
    if (words[i] != "-n" || (words[i + 1] != "tcp" && words[i + 1] != "udp")) continue;
    words[i + 2] += "/" + words[i + 1];
    words[i].clear();
    words[i + 1].clear();
  }
}

[[noreturn]] void give(const Asked& asked, const WordPlace& place) {
  const Answer::Takes takes = asked.answer.takes;
  const bool is_inside = fits(takes, asked.behind);
  const bool is_next = asked.behind.empty() && fits(takes, place.operand(1));
  std::vector<std::string> others(place.words);
  others[place.index] = is_inside ? asked.left : asked.left + std::string(asked.behind);
  if (others[place.index] == "-") others[place.index].clear();
  if (is_next) others[place.index + 1].clear();
  join_name_space(others);
  std::string rest;
  for (std::size_t i = 0; i < others.size(); ++i) {
    if (others[i].empty() && !place.words[i].empty()) continue;
    rest += (rest.empty() ? "" : " ") + portscope::shell_word(others[i]);
  }
  throw UsageError(text_of(asked.answer,
                           is_inside ? asked.behind
                           : is_next ? place.operand(1)
                                     : std::string_view{},
                           rest),
                   asked.mark);
}

void check_name(const WordPlace& place) {
  const std::string_view typed = std::string_view(place.word()).substr(2);
  const std::size_t equals = std::min(typed.find('='), typed.size());
  const std::string_view name = typed.substr(0, equals);
  // What another command calls by that name is an option there and an answer here.
  const Option* own = option_of(name, place.command);
  const bool is_own = own != nullptr && own->name == name;
  const Answer* answer = is_own && equals == typed.size() ? nullptr : answer_to(typed);
  if (answer == nullptr && !is_own) answer = answer_to(name);
  const bool has_argument = place.index + 1 < place.words.size() && place.kinds[place.index + 1] == WordKind::argument;
  if (answer == nullptr && has_argument) answer = answer_to(std::string(name) + '=' + place.words[place.index + 1]);
  if (answer == nullptr) return;
  const std::string_view behind = typed.substr(std::min(equals + 1, typed.size()));
  give({*answer, behind, "", {place.word(), 0, name.size() + 2}}, place);
}

/// `-csshd` and `-uwww` are lsof's, though each letter is one of ours: none is typed twice in a cluster, and help is
/// not asked for in one.
bool is_name_of_lsof(std::string_view word) {
  const std::string_view letters = word.substr(1);
  const auto stands_twice = [&](char c) { return letters.find(c) != letters.rfind(c); };
  constexpr std::size_t first_letter_and_a_name = 4;
  return (word[1] == 'c' || word[1] == 'u') && letters.size() >= first_letter_and_a_name &&
         (std::any_of(letters.begin(), letters.end(), stands_twice) || letters.find('h') != std::string_view::npos);
}

/// `-u www-data`, also as `-nPu www-data`, which only lsof can mean, and `-p1234`.
void check_clash(const WordPlace& place) {
  constexpr std::size_t first = 1;
  const std::string& word = place.word();
  const bool is_alone = word.size() == 2;
  // -a and -P are lsof's beside -p; -np may be netstat's, and a port then.
  const bool has_lsof_letter = word.find_first_of("Pa", first) != std::string::npos;
  const bool has_process = has_lsof_letter && word.find('p') != std::string::npos &&
                           word.find_first_not_of("nPap", first) == std::string::npos;
  const bool is_lsof = has_process || (has_lsof_letter && word.find_first_not_of("nPa", first) == word.size() - 1);
  const char letter = has_process ? 'p' : word.back();
  const std::string_view next = place.operand(1);
  if (!next.empty() && (is_alone || is_lsof) && !is_comparison(place.operand(2))) {
    if (const Clash* clash = clash_of(letter, next)) throw UsageError(clash->text(next), {word, word.size() - 1, 1});
  }
  const std::string_view inside = std::string_view(word).substr(2);
  const bool is_cluster = std::all_of(inside.begin(), inside.end(), [&](char c) {
    return option_of(c, place.command) != nullptr || answer_to(c) != nullptr;
  });
  if (is_cluster && !is_name_of_lsof(word)) return;
  if (const Clash* clash = clash_of(word[first], inside)) {
    throw UsageError(clash->text(inside), {word, 2, inside.size()});
  }
}

void check_cluster(const WordPlace& place) {
  check_clash(place);
  const std::string& word = place.word();
  const std::string_view letters = letters_of(word, place.command);
  for (std::size_t at = 0; at < letters.size(); ++at) {
    if (option_of(letters[at], place.command) != nullptr) continue;
    const Answer* answer = answer_to(letters[at]);
    if (answer == nullptr) return;  // an unknown one is told by the parser
    give({*answer, std::string_view(word).substr(at + 2), word.substr(0, at + 1), {word, at + 1, 1}}, place);
  }
}

/// Only a first word is a command.
void check_command(const WordPlace& place) {
  if (std::find(place.kinds.begin(), place.kinds.end(), WordKind::operand) !=
      place.kinds.begin() + static_cast<std::ptrdiff_t>(place.index)) {
    return;
  }
  if (const Answer* answer = answer_to_command(place.word())) {
    give({*answer, "", "", {place.word(), 0, place.word().size()}}, place);
  }
}

/// `-ctan` is `-c -tan`: what is no number is no argument of -c, which may be left out.
std::vector<std::string> without_false_arguments(const std::vector<std::string>& words, CommandId command) {
  const std::vector<WordKind> kinds = kinds_of(words, command);
  std::vector<std::string> result;
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string word = words[i];
    const bool is_cluster = kinds[i] == WordKind::cluster && !is_name_of_lsof(word);
    for (std::size_t at = 1; is_cluster && at + 1 < word.size(); ++at) {
      const Option* option = option_of(word[at], command);
      if (option == nullptr || (!option->argument.empty() && !may_be_left_out(*option))) break;
      if (option->argument.empty()) continue;
      if (std::string_view("0123456789.").find(word[at + 1]) != std::string_view::npos) break;
      result.push_back(word.substr(0, at + 1));
      word = "-" + word.substr(at + 1);
      at = 0;
    }
    result.push_back(std::move(word));
  }
  return result;
}

}  // namespace

std::vector<std::string> understand_habits(const std::vector<std::string>& typed) {
  const CommandId command = command_of(typed).value_or(CommandId::list);
  std::vector<std::string> words = listing.contains(command) ? without_lsof_shapes(typed) : typed;
  words = without_false_arguments(words, command);
  const std::vector<WordKind> kinds = kinds_of(words, command);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const WordPlace place{words, kinds, command, i};
    if (kinds[i] == WordKind::name) check_name(place);
    if (kinds[i] == WordKind::cluster) check_cluster(place);
    if (kinds[i] == WordKind::operand) check_command(place);
  }
  return words;
}

}  // namespace cli
