// SPDX-License-Identifier: MIT
#include "cli/word_kinds.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using cli::kinds_of;
using cli::letters_of;
using cli::WordKind;
using testing::ElementsAre;

TEST(WordKinds, OfEveryKind) {
  EXPECT_THAT(kinds_of({"8080", "-tn", "--json", "-", "--", "-t"}),
              ElementsAre(WordKind::operand, WordKind::cluster, WordKind::name, WordKind::operand, WordKind::rest,
                          WordKind::rest));
}

TEST(WordKinds, AnArgumentIsTheNextWordOrPartOfThisOne) {
  const auto word_after = [](const char* option) { return kinds_of({option, "watch"}).back(); };
  for (const char* option : {"-C", "-tC", "--columns", "--col", "-A", "--sort"}) {
    EXPECT_EQ(word_after(option), WordKind::argument) << option;
  }
  for (const char* option : {"-Clocal", "--columns=local", "-t", "--tcp", "--nothing", "-Y"}) {
    EXPECT_EQ(word_after(option), WordKind::operand) << option;
  }
}

TEST(WordKinds, AnArgumentMayLookLikeAnOption) {
  EXPECT_THAT(kinds_of({"--sort", "-user", "-t"}), ElementsAre(WordKind::name, WordKind::argument, WordKind::cluster));
}

TEST(WordKinds, LettersEndWhereAnArgumentBegins) {
  EXPECT_EQ(letters_of("-tan"), "tan");
  EXPECT_EQ(letters_of("-tClocal"), "tC");
  EXPECT_EQ(letters_of("-tC"), "tC");
}

TEST(OptionOf, TheWholeNameComesBeforeABeginning) {
  EXPECT_EQ(cli::option_of("listen")->id, cli::OptionId::listen);
  EXPECT_EQ(cli::option_of("js")->id, cli::OptionId::json);
  EXPECT_EQ(cli::option_of("jsonl")->id, cli::OptionId::jsonl);
  EXPECT_EQ(cli::option_of("nothing"), nullptr);
  EXPECT_EQ(cli::option_of('t')->id, cli::OptionId::tcp);
  EXPECT_EQ(cli::option_of('Y'), nullptr);
}

}  // namespace
