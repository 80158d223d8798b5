// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <iterator>
#include <vector>

#include "cli/commands.hpp"
#include "cli/help.hpp"
#include "cli/options.hpp"
#include "cli/usage_error.hpp"
#include "portscope/query.hpp"
#include "portscope/take_snapshot.hpp"
#include "render/formats.hpp"

namespace cli {

namespace {

/// The words an argument can be; empty when it is free.
std::vector<std::string_view> words_of(Values values) {
  std::vector<std::string_view> words;
  const auto add = [&](const auto& list) { words.insert(words.end(), list.begin(), list.end()); };
  switch (values) {
    case Values::columns:
      for (const auto& column : render::columns()) words.push_back(column.name);
      break;
    case Values::formats:
      for (const auto& format : render::formats()) words.push_back(format.name);
      break;
    case Values::transports:
      add(portscope::Names<portscope::Transport>::list);
      words.insert(words.end(), {"inet", "all"});
      break;
    case Values::families:
      words = {"inet", "inet6", "unix"};
      break;
    case Values::sources:
      add(portscope::Names<portscope::SourceChoice>::list);
      break;
    case Values::owner_roads:
      add(portscope::Names<portscope::OwnerRoad>::list);
      break;
    case Values::colors:
      words = {"auto", "always", "never"};
      break;
    case Values::shells:
      words = {"bash", "zsh", "fish"};
      break;
    case Values::none:
    case Values::free_text:
    case Values::files:
      break;
  }
  return words;
}

std::string joined(const std::vector<std::string_view>& words) { return fmt::format("{}", fmt::join(words, " ")); }

std::string command_words() {
  auto names = portscope::query_words();
  for (const Command& command : commands()) names.push_back(command.name);
  return joined(names);
}

std::string bash_patterns(const Option& option) {
  std::string pattern = option.letter != 0 ? fmt::format("-{}", option.letter) : std::string{};
  if (!option.name.empty()) pattern += fmt::format("{}--{}", pattern.empty() ? "" : "|", option.name);
  return pattern;
}

std::string bash() {
  std::string out =
      "# bash completion for portscope, made from its option table\n_portscope() {\n"
      "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} list=\n"
      "  COMPREPLY=()\n  case $prev in\n";
  auto to = std::back_inserter(out);
  std::string names;
  for (const Option& option : options()) {
    if (option.group == Group::hidden) continue;
    if (!option.name.empty()) names += fmt::format("--{} ", option.name);
    if (option.values == Values::files) {
      fmt::format_to(to, "    {}) COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n", bash_patterns(option));
    } else if (option.values != Values::none) {
      fmt::format_to(to, "    {}) list='{}' ;;\n", bash_patterns(option), joined(words_of(option.values)));
    }
  }
  fmt::format_to(to, "    state|exclude) COMPREPLY=($(compgen -W '{}' -- \"$cur\")); return ;;\n  esac\n",
                 fmt::join(portscope::Names<portscope::State>::list, " "));
  out +=
      "  if [[ -n $list ]]; then\n"
      "    local head=\n    [[ $cur == *,* ]] && head=${cur%,*},\n"
      "    COMPREPLY=($(compgen -P \"$head\" -W \"$list\" -- \"${cur##*,}\"))\n"
      "  elif [[ $cur == -* ]]; then\n";
  fmt::format_to(to, "    COMPREPLY=($(compgen -W '{}' -- \"$cur\"))\n", names);
  fmt::format_to(to, "  else\n    COMPREPLY=($(compgen -W '{}' -- \"$cur\"))\n  fi\n}}\n", command_words());
  out += "complete -F _portscope portscope\n";
  return out;
}

/// Inside _arguments' '...' brackets and colons are syntax.
std::string zsh_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
      continue;
    }
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string zsh_action(const Option& option) {
  if (option.values == Values::none) return {};
  const auto words = words_of(option.values);
  const std::string message = zsh_text(option.argument);
  if (words.empty()) return fmt::format(":{}:{}", message, option.values == Values::files ? "_files" : "");
  const bool is_list = option.values == Values::columns || option.values == Values::transports;
  return is_list ? fmt::format(":{}:_values -s , word {}", message, joined(words))
                 : fmt::format(":{}:({})", message, joined(words));
}

std::string zsh() {
  std::string out = "#compdef portscope\n# made from portscope's option table\n_arguments -s -S \\\n";
  auto to = std::back_inserter(out);
  for (const Option& option : options()) {
    if (option.group == Group::hidden) continue;
    const std::string tail = fmt::format("[{}]{}", zsh_text(option.help), zsh_action(option));
    if (option.letter != 0) fmt::format_to(to, "  '-{}{}' \\\n", option.letter, tail);
    if (!option.name.empty()) fmt::format_to(to, "  '--{}{}' \\\n", option.name, tail);
  }
  fmt::format_to(to, "  '*:target or word:({})'\n", command_words());
  return out;
}

std::string fish() {
  std::string out = "# fish completion for portscope, made from its option table\n";
  auto to = std::back_inserter(out);
  fmt::format_to(to, "complete -c portscope -f -a '{}'\n", command_words());
  for (const Option& option : options()) {
    if (option.group == Group::hidden) continue;
    out += "complete -c portscope";
    if (option.letter != 0) fmt::format_to(to, " -s {}", option.letter);
    if (!option.name.empty()) fmt::format_to(to, " -l {}", option.name);
    if (option.values == Values::files) out += " -r -F";
    if (option.values != Values::none && option.values != Values::files) {
      fmt::format_to(to, " -x -a '{}'", joined(words_of(option.values)));
    }
    fmt::format_to(to, " -d '{}'\n", option.help);
  }
  return out;
}

}  // namespace

std::string completion(const std::string& shell) {
  if (shell == "bash") return bash();
  if (shell == "zsh") return zsh();
  if (shell == "fish") return fish();
  throw UsageError("'" + shell + "' is no shell with a completion: bash, zsh or fish", {shell, 0, shell.size()});
}

}  // namespace cli
