// SPDX-License-Identifier: MIT
#include "cli/explain_filter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/command_line.hpp"

namespace {

using testing::HasSubstr;
using testing::Not;

std::string explained(const std::vector<std::string>& words) {
  return cli::explain_filter(fake::planned(words).request);
}

TEST(ExplainFilter, SaysWhatGoesToTheKernelAndWhatStays) {
  EXPECT_EQ(explained({"-t", "sport = :80 and not dst 10.0.0.0/8 and rtt > 5ms and proc = nginx state estab"}),
            "protocols   tcp\n"
            "states      established\n"
            "kernel      tcp: sport = 80 and not dst 10.0.0.0/8\n"
            "here        rtt > 5ms\n"
            "here        proc = nginx\n"
            "costs       a walk over processes, tcp_info of each socket\n");
}

TEST(ExplainFilter, AConnectionIsLookedUp) {
  EXPECT_THAT(explained({"-t", "src 10.0.0.1:80 dst 10.0.0.2:90"}), HasSubstr("looked up"));
  EXPECT_THAT(explained({"-u", "src 10.0.0.1:80 dst 10.0.0.2:90"}), Not(HasSubstr("looked up")));
}

TEST(ExplainFilter, ATargetIsDecidedInBothPlaces) {
  const auto text = explained({"127.0.0.1:80/tcp"});
  EXPECT_THAT(text, HasSubstr("kernel      tcp: sport = 80\n"));
  EXPECT_THAT(text, HasSubstr("here        127.0.0.1:80/tcp\n"));
}

TEST(ExplainFilter, WithoutPushDownAllStays) {
  const auto text = explained({"--no-push-down", "-t", "sport 80"});
  EXPECT_THAT(text, HasSubstr("kernel      tcp: everything\n"));
  EXPECT_THAT(text, HasSubstr("here        sport 80\n"));
}

TEST(ExplainFilter, TextFromOutsideIsHarmless) {
  EXPECT_THAT(explained({"-t", "proc = \"\x1b[31m\""}), Not(HasSubstr("\x1b")));
}

}  // namespace
