// SPDX-License-Identifier: MIT
#include "cli/options.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "cli/commands.hpp"

namespace {

using cli::Option;
using cli::OptionId;

TEST(Options, LettersAreUniqueForEachCommandAndNamesForAll) {
  std::set<std::string_view> names;
  for (const Option& option : cli::options()) {
    EXPECT_TRUE(option.name.empty() || names.insert(option.name).second) << option.name;
    EXPECT_TRUE(option.letter != 0 || !option.name.empty());
    EXPECT_FALSE(option.commands.empty()) << option.name;
  }
  for (const cli::Command& command : cli::commands()) {
    std::set<char> letters;
    for (const Option& option : cli::options()) {
      if (option.letter == 0 || !option.commands.contains(command.id)) continue;
      EXPECT_TRUE(letters.insert(option.letter).second) << command.name << " -" << option.letter;
    }
  }
}

TEST(Options, NamesAreLowerCaseWordsWithDashes) {
  for (const Option& option : cli::options()) {
    EXPECT_EQ(option.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"), std::string_view::npos);
    EXPECT_FALSE(option.name.starts_with('-')) << option.name;
    // getopt_long(3) is handed the characters, so they must end in a NUL.
    EXPECT_EQ(option.name.data()[option.name.size()], '\0');
  }
}

TEST(Options, AnArgumentHasItsValuesAndNothingElseHas) {
  for (const Option& option : cli::options()) {
    // What may be left out is not what the next word would be completed to.
    const bool takes_next_word = !option.argument.empty() && !cli::may_be_left_out(option);
    EXPECT_EQ(takes_next_word, option.values != cli::Values::none) << option.name << option.letter;
    EXPECT_FALSE(option.help.empty()) << option.name;
  }
}

TEST(Options, EveryOneIsInTheTable) {
  std::set<OptionId> ids;
  for (const Option& option : cli::options()) ids.insert(option.id);
  EXPECT_EQ(ids.size(), static_cast<std::size_t>(OptionId::help) + 1);
}

TEST(Options, TheLettersOfSsAndNetstatAreThere) {
  const std::string wanted = "tuwxlanpPWe46fAsBHOjqCVh";
  for (const char letter : wanted) {
    bool found = false;
    for (const Option& option : cli::options()) found = found || option.letter == letter;
    EXPECT_TRUE(found) << letter;
  }
}

TEST(Commands, AreNoTargetsByAnotherName) {
  for (const cli::Command& command : cli::commands()) {
    EXPECT_FALSE(command.help.empty());
    EXPECT_EQ(command.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz"), std::string_view::npos);
  }
}

}  // namespace
