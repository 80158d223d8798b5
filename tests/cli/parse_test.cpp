// SPDX-License-Identifier: MIT
#include "cli/parse.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/command_line.hpp"

namespace {

using cli::OptionId;
using cli::UsageError;
using fake::marked;
using fake::parse;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

std::vector<OptionId> ids(const cli::Words& words) {
  std::vector<OptionId> result;
  for (const auto& given : words.options) result.push_back(given.id);
  return result;
}

UsageError error_of(const std::vector<std::string>& words) {
  return fake::error_of([&] { parse(words); });
}

TEST(Parse, ClustersWorkInAnyOrder) {
  for (const char* cluster : {"-tul", "-lut", "-utl"}) {
    EXPECT_THAT(ids(parse({cluster})), UnorderedElementsAre(OptionId::tcp, OptionId::udp, OptionId::listen)) << cluster;
  }
  EXPECT_EQ(parse({"-tulpn"}).options.size(), 5U);
}

TEST(Parse, LongAndShortAreTheSame) {
  EXPECT_EQ(ids(parse({"--tcp", "--listen", "--json"})), ids(parse({"-t", "-l", "-j"})));
  EXPECT_EQ(ids(parse({"--listening"})), ids(parse({"--listen"})));
}

TEST(Parse, ArgumentsStandInTheWordOrAfterIt) {
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"-C", "local"}, {"-Clocal"}, {"--columns", "local"}, {"--columns=local"}, {"-tC", "local"}}) {
    EXPECT_EQ(parse(words).options.back().argument, "local");
    EXPECT_EQ(parse(words).options.back().id, OptionId::columns);
  }
}

TEST(Parse, OperandsMayStandAnywhere) {
  const cli::Words words = parse({"8080", "-t", "state", "listen", "-n"});
  EXPECT_THAT(words.operands, ElementsAre("8080", "state", "listen"));
  EXPECT_THAT(ids(words), ElementsAre(OptionId::tcp, OptionId::accepted));
}

TEST(Parse, AfterTwoDashesNothingIsAnOption) {
  const cli::Words words = parse({"-t", "--", "-u"});
  EXPECT_THAT(ids(words), ElementsAre(OptionId::tcp));
  EXPECT_THAT(words.operands, ElementsAre("-u"));
}

TEST(Parse, NothingIsNothing) {
  EXPECT_THAT(parse({}).options, IsEmpty());
  EXPECT_THAT(parse({}).operands, IsEmpty());
}

TEST(Parse, LeavesNothingBehindAfterAnError) {
  // They outlive the test: getopt(3) remembers its place in the word.
  static std::string program = "portscope";
  static std::string wrong = "-Ytu";
  static std::string right = "-l";
  static char* first[] = {program.data(), wrong.data(), nullptr};
  static char* second[] = {program.data(), right.data(), nullptr};
  parse({});
  EXPECT_THROW(cli::parse(2, first), UsageError);
  EXPECT_THAT(ids(cli::parse(2, second)), ElementsAre(OptionId::listen));
}

TEST(Parse, AnUniqueBeginningIsEnough) { EXPECT_THAT(ids(parse({"--liste"})), ElementsAre(OptionId::listen)); }

TEST(ParseError, AnUnknownLetterIsMarkedWhereItStands) {
  const auto error = error_of({"-tYu"});
  EXPECT_STREQ(error.what(), "unknown option -Y");
  EXPECT_EQ(error.mark().word, "-tYu");
  EXPECT_EQ(marked(error), "Y");
}

TEST(ParseError, TheWordBeforeIsNotBlamed) {
  const auto error = error_of({"-a", "-tYu"});
  EXPECT_EQ(error.mark().word, "-tYu");
  EXPECT_EQ(marked(error), "Y");
  EXPECT_EQ(error_of({"8080", "-tYu"}).mark().word, "-tYu");
  EXPECT_EQ(error_of({"-a", "-Y"}).mark().word, "-Y");
}

TEST(ParseError, AnUnknownNameBringsTheNearestOne) {
  const auto error = error_of({"--lissten"});
  EXPECT_THAT(error.what(), HasSubstr("unknown option --lissten"));
  EXPECT_THAT(error.what(), HasSubstr("did you mean --listen?"));
  EXPECT_EQ(marked(error), "--lissten");
  EXPECT_THAT(error_of({"--no-such-thing-at-all"}).what(), testing::Not(HasSubstr("did you mean")));
}

TEST(ParseError, AnUnknownNameWithAnArgumentMarksTheName) {
  EXPECT_EQ(marked(error_of({"--collumns=local"})), "--collumns");
}

TEST(ParseError, AnAmbiguousBeginningIsCalledThat) {
  EXPECT_THAT(error_of({"--li"}).what(), HasSubstr("--li is ambiguous"));
}

TEST(ParseError, AMissingArgumentNamesTheOption) {
  EXPECT_STREQ(error_of({"--columns"}).what(), "option --columns needs an argument");
  EXPECT_STREQ(error_of({"-C"}).what(), "option -C needs an argument");
  EXPECT_STREQ(error_of({"-tC"}).what(), "option -C needs an argument");
}

TEST(ParseError, AnArgumentTooManyIsTold) {
  const auto without_letter = error_of({"--jsonl=x"});
  EXPECT_STREQ(without_letter.what(), "option --jsonl takes no argument");
  EXPECT_EQ(marked(without_letter), "=x");
  const auto with_letter = error_of({"--json=x"});
  EXPECT_STREQ(with_letter.what(), "option --json takes no argument");
  EXPECT_EQ(marked(with_letter), "=x");
}

/// The rest is in habits_test.cpp.
TEST(ParseClash, TheSpellingsItNamesAreUnderstood) {
  EXPECT_THAT(error_of({"-n", "-ti", ":8080"}).what(), HasSubstr("-t --info :8080"));
  EXPECT_THAT(ids(parse({"-t", "--info", ":8080"})), ElementsAre(OptionId::tcp, OptionId::internals));
  EXPECT_THAT(error_of({"-n", "-ti", ":8080"}).what(), HasSubstr("-H -C pid :8080"));
  EXPECT_THAT(ids(parse({"-H", "-C", "pid", ":8080"})), ElementsAre(OptionId::no_header, OptionId::columns));
}

TEST(Parse, ShapesOfLsofAreOperands) {
  const cli::Words words = parse({"-nP", "-iTCP:80", "-q"});
  EXPECT_THAT(words.operands, ElementsAre("( proto = tcp and port = 80 )"));
  EXPECT_THAT(ids(words), ElementsAre(OptionId::accepted, OptionId::accepted, OptionId::quiet));
}

}  // namespace
