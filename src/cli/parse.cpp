// SPDX-License-Identifier: MIT
#include "cli/parse.hpp"

#include <getopt.h>

#include <algorithm>
#include <string>

#include "cli/habits.hpp"
#include "cli/usage_error.hpp"
#include "model/nearest.hpp"

namespace cli {

using portscope::did_you_mean;

namespace {

/// getopt_long(3) answers with a letter, or, for an option without one, with this plus its
/// position in the table.
constexpr int first_without_letter = 256;
constexpr int operand = 1;  // a word that is no option

std::string letters() {
  // `-`: hand over operands in their place, whatever POSIXLY_CORRECT says; `:`: tell a missing
  // argument from an unknown option.
  std::string result = "-:";
  for (const Option& option : options()) {
    if (option.letter == 0) continue;
    result += option.letter;
    if (!option.argument.empty()) result += ':';
  }
  return result;
}

/// Two rows of one option answer alike, so that `--liste` is no riddle between --listen and
/// --listening.
int answer_of(const Option& row) {
  if (row.letter != 0) return row.letter;
  const auto first =
      std::find_if(options().begin(), options().end(), [&](const Option& other) { return other.id == row.id; });
  return first->letter != 0 ? first->letter : first_without_letter + static_cast<int>(first - options().begin());
}

std::vector<option> long_options() {
  std::vector<option> result;
  for (const Option& row : options()) {
    if (row.name.empty()) continue;
    result.push_back(
        {row.name.data(), row.argument.empty() ? no_argument : required_argument, nullptr, answer_of(row)});
  }
  result.push_back({});
  return result;
}

const Option& option_of(int answer) {
  if (answer >= first_without_letter) return options()[static_cast<std::size_t>(answer - first_without_letter)];
  return *std::find_if(options().begin(), options().end(), [&](const Option& row) { return row.letter == answer; });
}

[[noreturn]] void fail_unknown_letter(const std::string& word, int letter) {
  const std::string shown(1, static_cast<char>(letter));
  throw UsageError("unknown option -" + shown, {word, std::min(word.find(shown, 1), word.size()), 1});
}

/// `known`: getopt found the name, and minds the `=value`.
[[noreturn]] void fail_unknown_name(const std::string& word, bool known) {
  const std::string typed = word.substr(0, word.find('='));
  if (known) {
    throw UsageError("option " + typed + " takes no argument", {word, typed.size(), word.size() - typed.size()});
  }
  std::vector<std::string_view> names;
  for (const Option& row : options()) {
    if (row.group != Group::hidden && !row.name.empty()) names.push_back(row.name);
  }
  const std::string_view name = std::string_view(typed).substr(2);
  const auto is_beginning = [&](std::string_view candidate) { return candidate.starts_with(name); };
  const bool ambiguous = std::count_if(names.begin(), names.end(), is_beginning) > 1;
  throw UsageError(
      ambiguous ? "option " + typed + " is ambiguous" : "unknown option " + typed + did_you_mean(name, names, "--"),
      {word, 0, typed.size()});
}

/// `-tC` without a list: it is -C that lacks something.
[[noreturn]] void fail_missing_argument(const std::string& word) {
  if (word.starts_with("--")) throw UsageError("option " + word + " needs an argument", {word, 0, word.size()});
  throw UsageError(std::string("option -") + word.back() + " needs an argument", {word, word.size() - 1, 1});
}

/// Reads with getopt_long(3); the first pointer is the program's name, the last one is null.
Words read_words(std::vector<char*> pointers) {
  const int argc = static_cast<int>(pointers.size()) - 1;
  char** argv = pointers.data();
  const std::string short_names = letters();
  const std::vector<option> long_names = long_options();
  Words words;
  opterr = 0;
  optind = 0;  // also forgets the word it may stand in
  while (true) {
    const int before = std::max(optind, 1);
    const int answer = getopt_long(argc, argv, short_names.c_str(), long_names.data(), nullptr);
    if (answer < 0) break;
    if (answer == operand) {
      words.operands.emplace_back(optarg);
      continue;
    }
    // While there is more in a cluster of letters, optind stays at its word.
    const std::string word = argv[optind == before ? optind : optind - 1];
    if (answer == '?') {
      word.starts_with("--") ? fail_unknown_name(word, optopt != 0) : fail_unknown_letter(word, optopt);
    }
    if (answer == ':') fail_missing_argument(word);
    words.options.push_back({option_of(answer).id, optarg != nullptr ? optarg : ""});
  }
  words.operands.insert(words.operands.end(), argv + optind, argv + argc);  // what follows `--`
  return words;
}

}  // namespace

Words parse(int argc, char** argv) {
  std::vector<std::string> typed = understand_habits({argv + std::min(argc, 1), argv + argc});
  std::vector<char*> pointers{argv[0]};
  for (std::string& word : typed) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return read_words(std::move(pointers));
}

}  // namespace cli
