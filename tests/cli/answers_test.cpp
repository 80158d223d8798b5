// SPDX-License-Identifier: MIT
#include "cli/answers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "cli/word_kinds.hpp"

namespace {

using cli::answer_to;
using cli::answer_to_command;
using cli::text_of;
using testing::HasSubstr;
using testing::Not;

TEST(Answers, NothingIsAnsweredThatWorks) {
  for (const cli::Option& option : cli::options()) {
    if (!option.commands.contains(cli::CommandId::list)) continue;  // to the others it may be an answer
    EXPECT_TRUE(option.letter == 0 || answer_to(option.letter) == nullptr) << option.letter;
    EXPECT_TRUE(option.name.empty() || answer_to(option.name) == nullptr) << option.name;
  }
  for (const cli::Command& command : cli::commands()) EXPECT_EQ(answer_to_command(command.name), nullptr);
}

/// First why, then how it is written here.
void expect_spelling(const cli::Answer& answer) {
  EXPECT_THAT(text_of(answer, "", ""), HasSubstr("; write ")) << answer.letter << answer.name;
  EXPECT_THAT(text_of(answer, "", ""), Not(HasSubstr("{"))) << answer.letter << answer.name;
}

TEST(Answers, LettersOfSsNetstatLsofAndFuserHaveOne) {
  for (const char letter : std::string("kNrZzTbDFQgUJR")) {
    ASSERT_NE(answer_to(letter), nullptr) << letter;
    expect_spelling(*answer_to(letter));
  }
  EXPECT_EQ(answer_to('Y'), nullptr);
  EXPECT_EQ(answer_to('\0'), nullptr);
}

TEST(Answers, NamesHaveOne) {
  for (const char* name : {"netns", "net", "all-netns", "resolve", "threads", "kill", "format=prom", "diag", "filter",
                           "no-queues", "route", "statistics", "namespace", "port", "state"}) {
    ASSERT_NE(answer_to(name), nullptr) << name;
    expect_spelling(*answer_to(name));
  }
  EXPECT_EQ(answer_to(""), nullptr);
  EXPECT_EQ(answer_to("nothing"), nullptr);
}

TEST(Answers, CommandsToComeHaveOne) {
  for (const char* word : {"diff", "check"}) {
    ASSERT_NE(answer_to_command(word), nullptr) << word;
    expect_spelling(*answer_to_command(word));
  }
  EXPECT_EQ(answer_to_command("nginx"), nullptr);
}

TEST(Answers, TakeWhatWasTyped) {
  EXPECT_THAT(text_of(*answer_to('k'), "", "80/tcp"), testing::EndsWith("write portscope kill 80/tcp"));
  EXPECT_THAT(text_of(*answer_to('k'), "", ""), testing::EndsWith("write portscope kill 8080/tcp"));
  EXPECT_THAT(text_of(*answer_to("netns"), "web", ""), HasSubstr("nsenter --net=/run/netns/web portscope"));
  EXPECT_THAT(text_of(*answer_to("pid"), "{}", ""), testing::EndsWith("pid={}")) << "what was typed is no format";
}

}  // namespace
