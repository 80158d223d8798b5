// SPDX-License-Identifier: MIT
#include "cli/parse.hpp"

#include <getopt.h>

#include <algorithm>
#include <string>

#include "cli/commands.hpp"
#include "cli/habits.hpp"
#include "cli/usage_error.hpp"
#include "cli/word_kinds.hpp"
#include "model/nearest.hpp"

namespace cli {

using portscope::did_you_mean;

namespace {

/// getopt_long(3) answers with a letter, or, for an option without one, with this plus its
/// position in the table.
constexpr int first_without_letter = 256;
constexpr int operand = 1;  // a word that is no option

/// The options of one command, as getopt_long(3) wants them.
class Grammar {
 public:
  explicit Grammar(CommandId command) : command_(command) {}

  [[nodiscard]] std::string letters() const;
  [[nodiscard]] std::vector<option> names() const;
  [[nodiscard]] const Option& row_of(int answer) const;

  /// Refuses the names of options that only other commands take, which getopt_long(3) would take for the beginning of
  /// another name: `watch --for 4` for `--format 4`.
  void check_names(const std::vector<std::string>& words) const;
  [[noreturn]] void fail_unknown_letter(const std::string& word, int letter) const;
  /// `known`: getopt found the name, and minds the `=value`.
  [[noreturn]] void fail_unknown_name(const std::string& word, bool known) const;

 private:
  [[nodiscard]] bool takes(const Option& row) const { return row.commands.contains(command_); }
  [[nodiscard]] int answer_of(const Option& row) const;
  [[noreturn]] void refuse_of_others(const Option& row, const std::string& typed, const UsageError::Mark& mark) const;

  CommandId command_;
};

std::string Grammar::letters() const {
  // `-`: hand over operands in their place, whatever POSIXLY_CORRECT says; `:`: tell a missing
  // argument from an unknown option.
  std::string result = "-:";
  for (const Option& row : options()) {
    if (row.letter == 0 || !takes(row)) continue;
    result += row.letter;
    if (!row.argument.empty()) result += may_be_left_out(row) ? "::" : ":";
  }
  return result;
}

/// Two rows of one option answer alike, so that `--liste` is no riddle between --listen and
/// --listening.
int Grammar::answer_of(const Option& row) const {
  if (row.letter != 0) return row.letter;
  const auto first = std::find_if(options().begin(), options().end(),
                                  [&](const Option& other) { return other.id == row.id && takes(other); });
  return first->letter != 0 ? first->letter : first_without_letter + static_cast<int>(first - options().begin());
}

std::vector<option> Grammar::names() const {
  std::vector<option> result;
  for (const Option& row : options()) {
    if (row.name.empty() || !takes(row)) continue;
    const int argument = row.argument.empty()   ? no_argument
                         : may_be_left_out(row) ? optional_argument
                                                : required_argument;
    result.push_back({row.name.data(), argument, nullptr, answer_of(row)});
  }
  result.push_back({});
  return result;
}

const Option& Grammar::row_of(int answer) const {
  if (answer >= first_without_letter) return options()[static_cast<std::size_t>(answer - first_without_letter)];
  return *std::find_if(options().begin(), options().end(),
                       [&](const Option& row) { return row.letter == answer && takes(row); });
}

/// An option that only other commands take is no unknown one.
void Grammar::refuse_of_others(const Option& row, const std::string& typed, const UsageError::Mark& mark) const {
  std::string others;
  for (const Command& command : commands()) {
    if (row.commands.contains(command.id)) others.append(others.empty() ? "" : ", ").append(command.name);
  }
  throw UsageError(
      std::string(portscope::name(command_)) + " does not take " + typed + ", which is an option of: " + others, mark);
}

void Grammar::check_names(const std::vector<std::string>& words) const {
  const std::vector<WordKind> kinds = kinds_of(words, command_);
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (kinds[i] != WordKind::name) continue;
    const std::string typed = words[i].substr(0, words[i].find('='));
    const std::string_view name = std::string_view(typed).substr(2);
    const Option* own = option_of(name, command_);
    if (name.empty() || (own != nullptr && own->name == name)) continue;
    const Option* others = option_of(name, std::nullopt);
    if (others != nullptr && others->name == name) refuse_of_others(*others, typed, {words[i], 0, typed.size()});
  }
}

void Grammar::fail_unknown_letter(const std::string& word, int letter) const {
  const std::string shown(1, static_cast<char>(letter));
  const UsageError::Mark mark{word, std::min(word.find(shown, 1), word.size()), 1};
  if (const Option* row = option_of(static_cast<char>(letter), std::nullopt)) refuse_of_others(*row, "-" + shown, mark);
  throw UsageError("unknown option -" + shown, mark);
}

void Grammar::fail_unknown_name(const std::string& word, bool known) const {
  const std::string typed = word.substr(0, word.find('='));
  if (known) {
    throw UsageError("option " + typed + " takes no argument", {word, typed.size(), word.size() - typed.size()});
  }
  const std::string_view name = std::string_view(typed).substr(2);
  std::vector<std::string_view> names;
  for (const Option& row : options()) {
    if (row.group != Group::hidden && !row.name.empty() && takes(row)) names.push_back(row.name);
  }
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

/// Options of the list that make another command of it; who asks for events may say with -c how often to look.
CommandId command_by_option(const std::vector<Given>& options) {
  const auto has = [&](OptionId id) {
    return std::any_of(options.begin(), options.end(), [&](const Given& given) { return given.id == id; });
  };
  if (has(OptionId::events) || has(OptionId::duration)) return CommandId::events;
  return has(OptionId::watch) ? CommandId::watch : CommandId::list;
}

/// Reads with getopt_long(3); the first pointer is the program's name, the last one is null.
Words read_words(std::vector<char*> pointers, CommandId command) {
  const int argc = static_cast<int>(pointers.size()) - 1;
  char** argv = pointers.data();
  const Grammar grammar(command);
  const std::string short_names = grammar.letters();
  const std::vector<option> long_names = grammar.names();
  Words words;
  words.command = command;
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
      word.starts_with("--") ? grammar.fail_unknown_name(word, optopt != 0) : grammar.fail_unknown_letter(word, optopt);
    }
    if (answer == ':') fail_missing_argument(word);
    words.options.push_back({grammar.row_of(answer).id, optarg != nullptr ? optarg : ""});
  }
  words.before_dashes = words.operands.size();
  if (command == CommandId::list) words.command = command_by_option(words.options);
  words.operands.insert(words.operands.end(), argv + optind, argv + argc);  // what follows `--`
  return words;
}

/// `-K`, as ss has it, and its long name: then the words are those of the command close.
bool asks_to_close(const std::vector<std::string>& words) {
  const std::vector<WordKind> kinds = kinds_of(words, std::nullopt);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = words[i];
    if (kinds[i] == WordKind::name && word == "--close") return true;
    if (kinds[i] == WordKind::cluster && letters_of(word, std::nullopt).find('K') != std::string_view::npos)
      return true;
  }
  return false;
}

}  // namespace

Words parse(int argc, char** argv) {
  std::vector<std::string> typed = understand_habits({argv + std::min(argc, 1), argv + argc});
  std::vector<char*> pointers{argv[0]};
  for (std::string& word : typed) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  const auto command = command_of(typed);
  const CommandId named = command.value_or(CommandId::list);
  const bool closes = named == CommandId::list && asks_to_close(typed);
  const CommandId meant = closes ? CommandId::close : named;
  Grammar(meant).check_names(typed);
  Words words = read_words(std::move(pointers), meant);
  if (command) {
    words.operands.erase(words.operands.begin());
    if (words.before_dashes > 0) --words.before_dashes;
  }
  return words;
}

}  // namespace cli
