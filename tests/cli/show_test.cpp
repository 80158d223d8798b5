// SPDX-License-Identifier: MIT
#include "cli/show.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/command_line.hpp"
#include "support/printers.hpp"

namespace {

using cli::Plan;
using portscope::Need;
using portscope::State;
using testing::HasSubstr;

Plan planned_show(std::vector<std::string> words) {
  words.insert(words.begin(), "show");
  return cli::plan_show(fake::parse(words), {});
}

TEST(ShowPlan, IsListWithEverything) {
  const Plan plan = planned_show({"8080"});
  EXPECT_EQ(plan.request.selection.states, portscope::every<State>());
  for (const Need need : {Need::owners, Need::process_details, Need::tcp_info, Need::memory, Need::timer, Need::options,
                          Need::set_options}) {
    EXPECT_TRUE(plan.request.needs.contains(need)) << static_cast<int>(need);
  }
}

TEST(ShowPlan, AChoiceOfStatesStays) {
  EXPECT_TRUE(planned_show({"-l", "8080"}).request.selection.listening_only);
  EXPECT_FALSE(planned_show({"8080"}).request.selection.listening_only);
}

TEST(ShowPlan, QuietAsksForNothing) { EXPECT_TRUE(planned_show({"-q", "8080"}).request.needs.empty()); }

TEST(ShowPlan, NeedsATarget) {
  EXPECT_THAT(fake::error_of([] { planned_show({}); }).what(), HasSubstr("show what?"));
  EXPECT_THAT(fake::error_of([] { planned_show({"--csv", "8080"}); }).what(), HasSubstr("show does not take --csv"));
}

}  // namespace
