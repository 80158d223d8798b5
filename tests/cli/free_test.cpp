// SPDX-License-Identifier: MIT
#include "cli/free.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/command_line.hpp"

namespace {

using cli::FreePlan;
using fake::parse;
using portscope::HandOver;
using portscope::PortRange;
using portscope::Transport;
using testing::ElementsAre;
using testing::HasSubstr;

FreePlan planned_free(std::vector<std::string> words) {
  words.insert(words.begin(), "free");
  return cli::plan_free(parse(words), {});
}

std::string free_error(const std::vector<std::string>& words) {
  return fake::error_of([&] { planned_free(words); }).what();
}

TEST(FreePlan, OneOfTcpOnBothWildcards) {
  const FreePlan plan = planned_free({});
  EXPECT_EQ(plan.request.count, 1U);
  EXPECT_FALSE(plan.request.range);
  EXPECT_EQ(plan.request.attempts.size(), 2U);
}

TEST(FreePlan, SeveralAtOnce) {
  const FreePlan plan = planned_free({"-tu", "-n", "3", "127.0.0.1", "[::1]", "8000-8999"});
  EXPECT_EQ(plan.request.count, 3U);
  EXPECT_EQ(plan.request.range, (PortRange{8000, 8999}));
  EXPECT_EQ(plan.request.attempts.size(), 4U) << "two addresses, two protocols";
  EXPECT_EQ(planned_free({"-tu"}).request.attempts.size(), 4U);
  EXPECT_EQ(planned_free({"8000-8010/udp"}).request.attempts.front().transport, Transport::udp);
  EXPECT_EQ(planned_free({"127.0.0.1:8000-8010"}).request.attempts.size(), 1U);
}

TEST(FreePlan, ACommandIsHandedNumbersOrSockets) {
  const FreePlan by_number = planned_free({"--exec", "8000-8999", "--", "server", "--port={port}"});
  EXPECT_THAT(by_number.command, ElementsAre("server", "--port={port}"));
  EXPECT_EQ(by_number.hand_over, HandOver::number);
  EXPECT_EQ(by_number.request.range, (PortRange{8000, 8999}));
  EXPECT_EQ(planned_free({"--exec", "--", "server", "-l"}).hand_over, HandOver::sockets);
}

TEST(FreePlan, RefusesWhatCannotBe) {
  EXPECT_THAT(free_error({"--exec"}), HasSubstr("behind --"));
  EXPECT_THAT(free_error({"--exec", "-j", "--", "server"}), HasSubstr("the command's own"));
  EXPECT_THAT(free_error({"-u", "--exec", "--", "server", "{port}"}), HasSubstr("LISTEN_FDS"));
  EXPECT_THAT(free_error({"80-90", "100-110"}), HasSubstr("one range"));
  EXPECT_THAT(free_error({"-n", "0"}), HasSubstr("1 to 65535"));
  EXPECT_THAT(free_error({"-n", "x"}), HasSubstr("1 to 65535"));
  EXPECT_THAT(free_error({"--no-probe"}), HasSubstr("free does not take --no-probe"));
}

}  // namespace
