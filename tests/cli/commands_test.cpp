// SPDX-License-Identifier: MIT
#include "cli/commands.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/command_line.hpp"

namespace {

using cli::CommandId;
using cli::OptionId;
using cli::Words;
using fake::marked;
using fake::parse;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

cli::UsageError prepare_error(const std::vector<std::string>& words) {
  return fake::error_of([&] { cli::prepare(parse(words), {}); });
}

TEST(Commands, AFirstWordIsOne) {
  EXPECT_EQ(parse({"why", "8080"}).command, CommandId::why);
  EXPECT_THAT(parse({"why", "8080"}).operands, ElementsAre("8080"));
  EXPECT_EQ(parse({"-t", "why", "8080"}).command, CommandId::why);
  EXPECT_EQ(parse({"--user", "root", "why", "80"}).command, CommandId::why);
  EXPECT_EQ(parse({"8080", "why"}).command, CommandId::list);
  EXPECT_THAT(parse({"list", "list"}).operands, ElementsAre("list"));
  EXPECT_EQ(parse({"--", "free"}).command, CommandId::free);
  EXPECT_EQ(parse({}).command, CommandId::list);
}

TEST(Commands, ALetterMayMeanSomethingElse) {
  const Words words = parse({"free", "-n", "3", "8000-8999"});
  ASSERT_EQ(words.options.size(), 1U);
  EXPECT_EQ(words.options.front().id, OptionId::count);
  EXPECT_EQ(words.options.front().argument, "3");
  EXPECT_THAT(words.operands, ElementsAre("8000-8999"));
  EXPECT_EQ(parse({"why", "-n", "8080"}).options.front().id, OptionId::accepted);
}

TEST(Commands, WhatStandsBehindTheDashesIsToldApart) {
  const Words words = parse({"free", "--exec", "8000-8999", "--", "ls", "-l"});
  EXPECT_THAT(words.operands, ElementsAre("8000-8999", "ls", "-l"));
  EXPECT_EQ(words.before_dashes, 1U);
  EXPECT_EQ(parse({"8080", "--", "9090"}).before_dashes, 1U);
}

TEST(Commands, AnOptionOfOthersIsRefusedByName) {
  const auto error = prepare_error({"why", "--columns", "local", "8080"});
  EXPECT_THAT(error.what(),
              HasSubstr("why does not take --columns, which is an option of: list, watch, events, summary"));
  EXPECT_EQ(marked(error), "--columns");
  EXPECT_THAT(prepare_error({"--reuseaddr", "8080"}).what(), HasSubstr("list does not take --reuseaddr"));
  EXPECT_THAT(prepare_error({"why", "-l", "8080"}).what(), HasSubstr("why does not take -l,"));
  EXPECT_THAT(prepare_error({"why", "-n", "--exec", "8080"}).what(), HasSubstr("option of: free"));
  EXPECT_THAT(prepare_error({"watch", "--for", "4"}).what(), HasSubstr("watch does not take --for,")) << "not --format";
  EXPECT_THAT(prepare_error({"summary", "--for=json"}).what(), HasSubstr("summary does not take --for,"));
  EXPECT_EQ(parse({"summary", "--form=json"}).options.front().id, OptionId::format) << "a beginning of it";
}

TEST(Commands, OneThatStandsBehindAnotherIsNoMisspelledOne) {
  EXPECT_THAT(prepare_error({"list", "watch"}).what(), Not(HasSubstr("did you mean")));
  EXPECT_THAT(prepare_error({"wach"}).what(), HasSubstr("did you mean watch?"));
}

TEST(Commands, WhatAnotherCommandTakesMayBeAHabitHere) {
  EXPECT_THAT(prepare_error({"--user", "root"}).what(), HasSubstr("write user=root"));
}

TEST(Commands, HelpNeedsNoTarget) {
  const cli::Job job = cli::prepare(parse({"why", "--help"}), {});
  std::string text;
  EXPECT_EQ(job.act([&](std::string_view bytes) { text += bytes; }).exit_code, 0);
  EXPECT_THAT(text, HasSubstr("why TARGET"));
}

}  // namespace
