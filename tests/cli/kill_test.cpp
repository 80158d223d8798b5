// SPDX-License-Identifier: MIT
#include "cli/kill.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/command_line.hpp"
#include "support/printers.hpp"

namespace {

using cli::KillPlan;
using cli::Terminal;
using portscope::EnumSet;
using portscope::Family;
using portscope::Transport;
using std::chrono::milliseconds;
using testing::HasSubstr;

Terminal somebody() {
  Terminal terminal;
  terminal.ask = [](std::string_view) { return false; };
  return terminal;
}

KillPlan planned_kill(std::vector<std::string> words, const Terminal& terminal = somebody()) {
  words.insert(words.begin(), "kill");
  return cli::plan_kill(fake::parse(words), terminal);
}

std::string kill_refusal(const std::vector<std::string>& words, const Terminal& terminal = somebody()) {
  return fake::error_of([&] { planned_kill(words, terminal); }).what();
}

TEST(KillPlan, AsksAndWaitsFiveSeconds) {
  const KillPlan plan = planned_kill({"8080"});
  EXPECT_FALSE(plan.yes || plan.dry_run || plan.order.force);
  EXPECT_EQ(plan.order.grace, milliseconds(5000));
  EXPECT_EQ(plan.target.typed, "8080");
}

TEST(KillPlan, OptionsSayOtherwise) {
  const KillPlan plan = planned_kill({"-y", "--force", "--grace", "0.25", "8080"});
  EXPECT_TRUE(plan.yes && plan.order.force);
  EXPECT_EQ(plan.order.grace, milliseconds(250));
  EXPECT_TRUE(planned_kill({"--dry-run", "8080"}).dry_run);
  for (const char* wrong : {"-1", "soon", "", "1e3", "nan", "inf", "99999999999"}) {
    EXPECT_THAT(kill_refusal({"--grace", wrong, "8080"}), HasSubstr("seconds")) << wrong;
  }
}

TEST(KillPlan, LooksAtEverythingThatHasPorts) {
  const auto selection = planned_kill({"8080"}).target.selection;
  EXPECT_EQ(selection.transports, portscope::port_transports);
  EXPECT_FALSE(selection.transports.contains(Transport::raw)) << "their port is the number of a protocol";
  EXPECT_EQ(selection.states, portscope::every<portscope::State>());
}

TEST(KillPlan, TheMptcpSocketIsLookedForBehindItsTcpSocket) {
  const EnumSet<Transport> both{Transport::tcp, Transport::mptcp};
  EXPECT_EQ(planned_kill({"8080/tcp"}).target.selection.transports, both);
  EXPECT_EQ(planned_kill({"-t", "8080"}).target.selection.transports, both);
  EXPECT_EQ(planned_kill({"8080/udp"}).target.selection.transports, EnumSet<Transport>{Transport::udp});
  EXPECT_EQ(planned_kill({"-4", "8080"}).target.selection.families, EnumSet<Family>{Family::ipv4});
}

TEST(KillPlan, WithoutATerminalItNeedsYes) {
  EXPECT_THAT(kill_refusal({"8080"}, {}), HasSubstr("--yes"));
  EXPECT_THAT(kill_refusal({"-q", "8080"}), HasSubstr("--yes"));
  EXPECT_EQ(kill_refusal({"--yes", "8080"}, {}), "");
  EXPECT_EQ(kill_refusal({"-qy", "8080"}, {}), "");
  EXPECT_EQ(kill_refusal({"--dry-run", "8080"}, {}), "");
}

TEST(KillPlan, TakesOnePortAndNothingElse) {
  EXPECT_THAT(kill_refusal({}), HasSubstr("kill what?"));
  for (const char* word : {"8080-8090", "10.0.0.1", "10.0.0.0/8", "/run/x.sock", "@abstract"}) {
    EXPECT_THAT(kill_refusal({word}), HasSubstr("one port")) << word;
  }
  EXPECT_THAT(kill_refusal({"0"}), HasSubstr("no port"));
  EXPECT_THAT(kill_refusal({"8080", "or", "8081"}), HasSubstr("one target"));
  EXPECT_THAT(kill_refusal({"proc = nginx"}), HasSubstr("one target"));
  EXPECT_THAT(kill_refusal({"1/raw"}), HasSubstr("protocols with ports"));
  EXPECT_THAT(kill_refusal({"-w", "1"}), HasSubstr("protocols with ports"));
}

TEST(KillPlan, OptionsOfListAreRefusedByName) {
  EXPECT_THAT(kill_refusal({"--csv", "8080"}), HasSubstr("kill does not take --csv"));
  EXPECT_THAT(fake::error_of([] {
                fake::parse({"--force", "8080"});
              }).what(),
              HasSubstr("which is an option of: kill"));
}

}  // namespace
