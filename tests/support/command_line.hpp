// SPDX-License-Identifier: MIT
#pragma once

#include <getopt.h>

#include <string>
#include <vector>

#include "cli/plan.hpp"
#include "cli/usage_error.hpp"

namespace fake {

/// cli::parse for what was typed after the program's name, as in a program that has just started:
/// getopt(3) forgets the word in which an earlier test ended with an error.
inline cli::Words parse(std::vector<std::string> words) {
  std::string program = "portscope";
  char* nothing[] = {program.data(), nullptr};
  optind = 0;
  (void)getopt(1, nothing, "");
  std::vector<char*> pointers{program.data()};
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return cli::parse(static_cast<int>(words.size()) + 1, pointers.data());
}

inline cli::Plan planned(const std::vector<std::string>& words, const cli::Terminal& terminal = {}) {
  return cli::plan(parse(words), terminal);
}

/// The error that `action` throws; an empty message when it throws none.
template <class Action>
cli::UsageError error_of(const Action& action) {
  try {
    action();
  } catch (const cli::UsageError& error) {
    return error;
  }
  return cli::UsageError("");
}

/// The part of the word that an error marks.
inline std::string marked(const cli::UsageError& error) {
  return error.mark().word.substr(error.mark().begin, error.mark().length);
}

}  // namespace fake
