// SPDX-License-Identifier: MIT
#include "cli/why.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/command_line.hpp"

namespace {

using cli::WhyPlan;
using fake::parse;
using portscope::Address;
using portscope::BindVerdict;
using portscope::Family;
using portscope::Transport;
using testing::HasSubstr;

WhyPlan planned_why(std::vector<std::string> words) {
  words.insert(words.begin(), "why");
  return cli::plan_why(parse(words), {});
}

std::string why_error(const std::vector<std::string>& words) {
  return fake::error_of([&] { planned_why(words); }).what();
}

TEST(WhyPlan, WithoutAnAddressBothWildcardsAreMeant) {
  const WhyPlan plan = planned_why({"8080"});
  ASSERT_EQ(plan.request.attempts.size(), 2U);
  EXPECT_EQ(plan.request.attempts[0].address, Address::ipv4({0, 0, 0, 0}));
  EXPECT_EQ(plan.request.attempts[1].address, Address{});
  EXPECT_EQ(plan.request.attempts[1].family, Family::ipv6);
  EXPECT_EQ(plan.target.address, "*");
  EXPECT_EQ(plan.target.port, 8080);
  EXPECT_EQ(plan.target.transport, Transport::tcp);
  EXPECT_EQ(planned_why({"-6", "8080"}).request.attempts.size(), 1U);
  EXPECT_EQ(planned_why({"-6", "8080"}).target.address, "::");
}

TEST(WhyPlan, ReadsEveryShapeOfATarget) {
  EXPECT_EQ(planned_why({"127.0.0.1:80"}).request.attempts.front().address, Address::ipv4({127, 0, 0, 1}));
  EXPECT_EQ(planned_why({"[::]:8080/udp"}).target.transport, Transport::udp);
  EXPECT_EQ(planned_why({"[::]:8080/udp"}).request.attempts.size(), 1U);
  EXPECT_EQ(planned_why({"-u", "53"}).target.transport, Transport::udp);
  const WhyPlan on_device = planned_why({"tcp:eth0:80"});
  EXPECT_EQ(on_device.request.interface, "eth0");
  EXPECT_EQ(on_device.target.port, 80);
  EXPECT_EQ(on_device.request.attempts.size(), 2U);
  EXPECT_EQ(planned_why({"eth0:80"}).request.interface, "eth0");
  EXPECT_EQ(planned_why({"[fe80::1%eth0]:80"}).request.interface, "eth0");
}

TEST(WhyPlan, RefusesWhatContradictsItself) {
  EXPECT_THAT(why_error({"-4", "[::1]:80"}), HasSubstr("the address is of ipv6"));
  EXPECT_THAT(why_error({"-6", "127.0.0.1:80"}), HasSubstr("the address is of ipv4"));
  EXPECT_THAT(why_error({"localhost:80"}), HasSubstr("write 127.0.0.1 or [::1]"));
}

TEST(WhyPlan, OptionsSayHowTheCallerBinds) {
  const WhyPlan plan =
      planned_why({"--reuseaddr", "--reuseport", "--v6only", "--user", "www-data", "--no-probe", "80"});
  const auto& attempts = plan.request.attempts;
  EXPECT_TRUE(attempts[0].reuse_address && attempts[1].reuse_address);
  EXPECT_TRUE(attempts[0].reuse_port && attempts[1].reuse_port);
  EXPECT_TRUE(!attempts[0].v6_only && attempts[1].v6_only);
  EXPECT_EQ(plan.request.user, "www-data");
  EXPECT_EQ(plan.request.probing, portscope::Probing::off);
}

TEST(WhyPlan, RefusesWhatIsNoPort) {
  EXPECT_THAT(why_error({}), HasSubstr("one target"));
  EXPECT_THAT(why_error({"80", "81"}), HasSubstr("one target"));
  EXPECT_THAT(why_error({"80-90"}), HasSubstr("one port"));
  EXPECT_THAT(why_error({"0"}), HasSubstr("port 0"));
  EXPECT_THAT(why_error({"127.0.0.1"}), HasSubstr("ADDRESS:PORT"));
  EXPECT_THAT(why_error({"10.0.0.0/8:80"}), HasSubstr("one address"));
  EXPECT_THAT(why_error({"/run/x.sock"}), HasSubstr("Unix socket"));
  EXPECT_THAT(why_error({"80/sctp"}), HasSubstr("tcp, udp and udplite"));
  EXPECT_THAT(why_error({"-t", "-u", "80"}), HasSubstr("one protocol"));
  EXPECT_THAT(why_error({"99999"}), HasSubstr("65535"));
  EXPECT_THAT(why_error({"proc=nginx"}), HasSubstr("no target"));
  EXPECT_THAT(why_error({"--format", "csv", "80"}), HasSubstr("not csv"));
}

TEST(WhyExit, SaysWhatIsSure) {
  portscope::BindView view;
  view.probes = {{true, 0, {}}};
  portscope::BindAnswer answer;
  EXPECT_EQ(cli::exit_code(view, answer, {}), 0);
  for (const auto verdict : {BindVerdict::blocked, BindVerdict::denied, BindVerdict::unavailable}) {
    answer.verdict = verdict;
    EXPECT_EQ(cli::exit_code(view, answer, {}), 1);
  }
  answer.verdict = BindVerdict::unknown;
  EXPECT_EQ(cli::exit_code(view, answer, {}), 3);
  answer.verdict = BindVerdict::free;
  view.snapshot.gaps.push_back({portscope::Gap::What::sockets, Transport::tcp, "EACCES", {}, "mount /proc"});
  EXPECT_EQ(cli::exit_code(view, answer, {}), 0) << "it was tried";
  view.probes = {{false, 0, "not to be tried"}};
  EXPECT_EQ(cli::exit_code(view, answer, {}), 3);
}

}  // namespace
