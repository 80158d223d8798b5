// SPDX-License-Identifier: MIT
#include "cli/report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/command_line.hpp"
#include "support/sockets.hpp"

namespace {

using cli::describe;
using cli::Plan;
using cli::UsageError;
using portscope::Gap;
using portscope::Snapshot;
using portscope::Transport;
using testing::HasSubstr;

Gap owners_gap(std::uint64_t count) { return {Gap::What::owners, std::nullopt, "EACCES", count, "run as root"}; }
const Gap sockets_gap{Gap::What::sockets, Transport::raw, "ENOENT", std::nullopt, "mount /proc"};

Snapshot with(std::size_t sockets, std::vector<Gap> gaps) {
  Snapshot snapshot;
  snapshot.sockets.resize(sockets);
  snapshot.gaps = std::move(gaps);
  return snapshot;
}

Plan strict() {
  Plan plan;
  plan.strict = true;
  return plan;
}

TEST(ExitCode, FoundOrNot) {
  EXPECT_EQ(cli::exit_code(with(1, {}), {}), 0);
  EXPECT_EQ(cli::exit_code(with(0, {}), {}), 1);
  EXPECT_EQ(cli::exit_code(with(0, {}), strict()), 1);
}

TEST(ExitCode, MissingSocketsAlwaysCount) {
  EXPECT_EQ(cli::exit_code(with(1, {sockets_gap}), {}), 3);
  EXPECT_EQ(cli::exit_code(with(0, {sockets_gap}), {}), 3);
}

TEST(ExitCode, HiddenOwnersCountWhenStrict) {
  EXPECT_EQ(cli::exit_code(with(1, {owners_gap(2)}), {}), 0);
  EXPECT_EQ(cli::exit_code(with(1, {owners_gap(2)}), strict()), 3);
}

TEST(DescribeGaps, OneLineForEach) {
  EXPECT_EQ(cli::describe_gaps(with(0, {})), "");
  const std::string text = cli::describe_gaps(with(0, {owners_gap(12), sockets_gap}));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
  EXPECT_THAT(text, HasSubstr("12 sockets are hidden from you"));
  EXPECT_THAT(text, HasSubstr("run as root"));
  EXPECT_THAT(text, HasSubstr("raw sockets may be missing (ENOENT)"));
  EXPECT_TRUE(text.starts_with("portscope: "));
}

TEST(DescribeGaps, TellsThatRulesCouldNotBeRead) {
  const Gap gap{Gap::What::nat_rules, std::nullopt, "EPERM", std::nullopt, "run as root"};
  EXPECT_THAT(cli::describe_gaps(with(0, {gap})), HasSubstr("NAT rule sends elsewhere what comes to the port"));
}

TEST(DescribeGaps, OptionsThatCouldNotBeReadAreLikeHiddenOwners) {
  const Gap gap{Gap::What::options, std::nullopt, "EPERM", 12, "run as root"};
  EXPECT_EQ(cli::describe_gaps(with(1, {gap})),
            "portscope: the options of 12 sockets could not be read (EPERM); run as root\n");
  EXPECT_EQ(cli::exit_code(with(1, {gap}), {}), 0);
  EXPECT_EQ(cli::exit_code(with(1, {gap}), strict()), 3);
}

TEST(DescribeGaps, OneSocketIsSingular) {
  const std::string text = cli::describe_gaps(with(0, {owners_gap(1)}));
  EXPECT_THAT(text, HasSubstr("1 socket"));
  EXPECT_THAT(text, testing::Not(HasSubstr("sockets")));
}

TEST(DescribeUsageError, MarksTheWrongPart) {
  EXPECT_EQ(describe(UsageError("port 99999 is above 65535", {":99999", 1, 5})),
            "portscope: port 99999 is above 65535\n"
            "  :99999\n"
            "   ^^^^^\n");
}

TEST(DescribeUsageError, AnEmptyPartIsMarkedByOneCaret) {
  EXPECT_EQ(describe(UsageError("x", {"tcp,", 4, 0})), "portscope: x\n  tcp,\n      ^\n");
}

TEST(DescribeUsageError, WithoutAWordPointsToTheHelp) {
  EXPECT_EQ(describe(UsageError("x")), "portscope: x\nTry 'portscope --help'.\n");
}

TEST(DescribeUsageError, HostileWordsAreHarmlessAndTheMarkStaysInPlace) {
  const std::string text = describe(UsageError("'\x1b[31m' is no port", {"a\x1b[31m:x", 7, 1}));
  EXPECT_EQ(text,
            "portscope: '\\x1b[31m' is no port\n"
            "  a\\x1b[31m:x\n"
            "            ^\n");
}

TEST(DescribeError, IsOneHarmlessLine) {
  EXPECT_EQ(describe(std::runtime_error("cannot write a\nb")), "portscope: cannot write a\\nb\n");
}

TEST(Describe, OfAVeryLongTextOnlyWhatLiesAroundTheFault) {
  const std::string word = std::string(5000, 'a') + "!" + std::string(5000, 'b');
  const std::string told = cli::describe(cli::UsageError("'" + word + "' is wrong", {word, 5000, 1}));
  EXPECT_LT(told.size(), 1000U);
  EXPECT_THAT(told, HasSubstr("aaa!bbb"));
  EXPECT_THAT(told, HasSubstr("^"));
}

}  // namespace
