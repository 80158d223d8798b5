// SPDX-License-Identifier: MIT
#include "cli/wait.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "portscope/port_owners.hpp"
#include "support/command_line.hpp"
#include "support/printers.hpp"

namespace {

using cli::WaitPlan;
using portscope::Awaited;
using portscope::EnumSet;
using portscope::Transport;
using std::chrono::milliseconds;
using testing::HasSubstr;

WaitPlan planned_wait(std::vector<std::string> words) {
  words.insert(words.begin(), "wait");
  return cli::plan_wait(fake::parse(words), {});
}

std::string wait_refusal(const std::vector<std::string>& words) {
  return fake::error_of([&] { planned_wait(words); }).what();
}

TEST(WaitPlan, IsForAListenerAndForEver) {
  const WaitPlan plan = planned_wait({"8080"});
  EXPECT_EQ(plan.order.awaited, Awaited::listener);
  EXPECT_EQ(plan.order.timeout, std::nullopt);
  EXPECT_EQ(plan.order.look.selection.transports, portscope::port_transports);
}

TEST(WaitPlan, OptionsSayOtherwise) {
  const WaitPlan plan = planned_wait({"8080/udp", "--free", "--timeout", "2.5"});
  EXPECT_EQ(plan.order.awaited, Awaited::free);
  EXPECT_EQ(plan.order.timeout, milliseconds(2500));
  EXPECT_EQ(plan.order.look.selection.transports, EnumSet<Transport>{Transport::udp});
  EXPECT_EQ(planned_wait({"8080", "--timeout=0"}).order.timeout, milliseconds(0));
  EXPECT_THAT(wait_refusal({"8080", "--timeout", "soon"}), HasSubstr("seconds"));
}

TEST(WaitPlan, QuietLooksForNobody) {
  EXPECT_TRUE(planned_wait({"-q", "8080"}).order.look.needs.empty());
  EXPECT_FALSE(planned_wait({"8080"}).order.look.needs.empty());
}

TEST(WaitPlan, TakesAPortOrTheNameOfAUnixSocket) {
  EXPECT_EQ(planned_wait({"/run/x.sock"}).order.look.selection.transports, EnumSet<Transport>{Transport::unix_socket});
  EXPECT_EQ(planned_wait({"@abstract"}).order.target.abstract_name, "abstract");
  EXPECT_THAT(wait_refusal({"-t", "/run/x.sock"}), HasSubstr("no protocol"));
  EXPECT_THAT(wait_refusal({}), HasSubstr("wait what?"));
  EXPECT_THAT(wait_refusal({"10.0.0.0/8"}), HasSubstr("one port"));
  EXPECT_THAT(wait_refusal({"8080", "or", "9090"}), HasSubstr("one target"));
  EXPECT_THAT(wait_refusal({"--force", "8080"}), HasSubstr("wait does not take --force"));
}

}  // namespace
