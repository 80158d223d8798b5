// SPDX-License-Identifier: MIT
#include "cli/close.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/command_line.hpp"
#include "support/printers.hpp"

namespace {

using cli::ClosePlan;
using cli::CommandId;
using testing::HasSubstr;

ClosePlan planned_close(const std::vector<std::string>& words) { return cli::plan_close(fake::parse(words), {}); }

std::string refusal(const std::vector<std::string>& words) {
  return fake::error_of([&] { planned_close(words); }).what();
}

TEST(ClosePlan, ChoosesAsListDoes) {
  const ClosePlan plan = planned_close({"close", "-y", "-t", "dst", "10.0.0.1"});
  EXPECT_EQ(plan.sockets.request.selection.transports,
            portscope::EnumSet<portscope::Transport>{portscope::Transport::tcp});
  EXPECT_TRUE(plan.yes);
  EXPECT_TRUE(planned_close({"close", "--dry-run", "8080"}).dry_run);
}

TEST(ClosePlan, NeedsAFilter) {
  EXPECT_THAT(refusal({"close", "--yes"}), HasSubstr("close needs a filter"));
  EXPECT_THAT(refusal({"close", "--yes", "-t"}), HasSubstr("close needs a filter"));
  EXPECT_THAT(refusal({"-K", "--yes"}), HasSubstr("close needs a filter"));
}

TEST(ClosePlan, WithoutATerminalItNeedsYes) {
  EXPECT_THAT(refusal({"close", "8080"}), HasSubstr("--yes"));
  EXPECT_THAT(refusal({"-K", "8080"}), HasSubstr("--yes"));
}

TEST(ClosePlan, KIsTheSame) {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"-K", "dst", "10.0.0.1"},
                                             {"-tK", "dst", "10.0.0.1"},
                                             {"--close", "dst", "10.0.0.1"},
                                             {"-Kty", "dst", "10.0.0.1"},
                                             {"list", "-K", "dst", "10.0.0.1"},
                                             {"close", "-K", "dst", "10.0.0.1"}}) {
    const cli::Words read = fake::parse(words);
    EXPECT_EQ(read.command, CommandId::close) << words[0];
    EXPECT_EQ(read.operands, (std::vector<std::string>{"dst", "10.0.0.1"})) << words[0];
  }
  EXPECT_THAT(fake::error_of([] { fake::parse({"summary", "-K"}); }).what(), HasSubstr("option of: list, close"));
  EXPECT_EQ(fake::parse({"-C", "K", "8080"}).command, CommandId::list) << "an argument is no option";
  EXPECT_EQ(fake::parse({"8080", "--", "-K"}).command, CommandId::list);
}

}  // namespace
