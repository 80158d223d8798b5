// SPDX-License-Identifier: MIT
#include "cli/clashes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "cli/answers.hpp"
#include "cli/commands.hpp"
#include "cli/filter_words.hpp"
#include "cli/lists.hpp"
#include "cli/options.hpp"
#include "cli/word_kinds.hpp"

namespace cli {

namespace {

bool all_of_list(std::string_view list, bool (*fits)(std::string_view)) {
  const auto words = split(list);
  return std::all_of(words.begin(), words.end(), fits);
}

/// A name of a user, process or interface that is nothing else here.
bool is_name(std::string_view word) {
  if (word.starts_with('^')) word.remove_prefix(1);  // lsof: all but these
  const auto fits = [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.'; };
  if (word.empty() || !std::all_of(word.begin(), word.end(), fits)) return false;
  const bool is_command =
      std::any_of(commands().begin(), commands().end(), [&](const Command& command) { return command.name == word; }) ||
      answer_to_command(word) != nullptr;
  return std::isalpha(static_cast<unsigned char>(word.front())) != 0 && !is_command && !is_filter_word(word);
}

bool is_interface(std::string_view word) {
  const bool has_digit = word.find_first_of("0123456789") != std::string_view::npos;
  return is_name(word) && (has_digit || word == "lo");
}

/// `user=root`; what the shell would take for something else is quoted.
std::string condition(std::string_view field, std::string_view list) {
  const bool all_but = list.starts_with('^');
  if (all_but) list.remove_prefix(1);
  if (list.find(',') != std::string_view::npos) {
    return fmt::format("'{}{} in ({})'", field, all_but ? " not" : "", list);
  }
  return all_but ? fmt::format("'{}!={}'", field, list) : fmt::format("{}={}", field, list);
}

std::string ports(std::string_view list) {
  return list.find(',') != std::string_view::npos ? condition("sport", list) : fmt::format(":{}", list);
}

constexpr auto clash_table = std::to_array<Clash>({
    {[](std::string_view list) { return all_of_list(list, is_number); }, 'p',
     [](std::string_view list) {
       return fmt::format("-p shows processes, it chooses none; write {} for a process, or {} for a port",
                          condition("pid", list), ports(list));
     }},
    {[](std::string_view list) { return all_of_list(list, is_name); }, 'u',
     [](std::string_view list) {
       return fmt::format("-u is UDP here, as in ss and netstat; write {} for a user", condition("user", list));
     }},
    {is_name, 'c',
     [](std::string_view name) {
       return fmt::format("-c chooses no process here; write {} for a process by its name", condition("proc", name));
     }},
    {is_interface, 'i',
     [](std::string_view name) {
       return fmt::format(
           "-i is the inside of TCP here, as in ss; write dev={0} for sockets bound to {0}, "
           "or ip -s link show {0}",
           name);
     }},
});

}  // namespace

const Clash* clash_of(char letter, std::string_view behind) {
  const auto* const found = std::find_if(clash_table.begin(), clash_table.end(), [&](const Clash& row) {
    return row.letter == letter && row.is_meant(behind);
  });
  return found != clash_table.end() ? found : nullptr;
}

}  // namespace cli
