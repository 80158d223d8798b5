// SPDX-License-Identifier: MIT
// On what the kernel answered about the rules of data/nat-rules (record.py).
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <random>

#include "support/nat_redirects.hpp"

namespace {

using portscope::BindAttempt;
using portscope::Transport;
using testing::ElementsAre;
using testing::IsEmpty;

class Redirects : public fake::Redirects {};

TEST_F(Redirects, OfOnePort) {
  EXPECT_THAT(of("0.0.0.0", 8080), ElementsAre("all ipv4 outside to 10.0.0.2 80 by ip plain prerouting"));
  EXPECT_THAT(of("192.168.7.7", 8080), ElementsAre("all ipv4 outside to 10.0.0.2 80 by ip plain prerouting"));
  EXPECT_THAT(of("0.0.0.0", 8081), IsEmpty());
  EXPECT_THAT(of("0.0.0.0", 8080, Transport::udp), IsEmpty());
  EXPECT_THAT(of("::1", 8080), IsEmpty());
}

TEST_F(Redirects, ToTheLoopbackInterfaceNothingComesFromOutside) { EXPECT_THAT(of("127.0.0.1", 8080), IsEmpty()); }

TEST_F(Redirects, OfARangeKeepThePort) {
  EXPECT_THAT(of("0.0.0.0", 8105), ElementsAre("all ipv4 outside to 10.0.0.2 0 by ip plain prerouting"));
  EXPECT_THAT(of("0.0.0.0", 8111), IsEmpty());
  EXPECT_THAT(of("0.0.0.0", 10000), ElementsAre("all ipv4 outside to 10.0.0.4 0 by ip plain prerouting"));
}

TEST_F(Redirects, UnderFurtherConditionsAreOfSome) {
  EXPECT_THAT(of("0.0.0.0", 8200), ElementsAre("some ipv4 outside to 10.0.0.2 0 by ip plain prerouting"));
  EXPECT_THAT(of("0.0.0.0", 8705), ElementsAre("some ipv4 outside to here 1 by inet both prerouting"));
  EXPECT_THAT(of("0.0.0.0", 8710), IsEmpty());
}

using Ports = std::initializer_list<std::uint16_t>;

TEST_F(Redirects, OfASetAskItsElements) {
  for (const std::uint16_t port : Ports{81, 82, 90, 95, 99}) {
    EXPECT_THAT(of("192.168.1.1", port), ElementsAre("all ipv4 outside to here 8888 by ip plain prerouting"));
  }
  for (const std::uint16_t port : Ports{80, 83, 89, 100}) EXPECT_THAT(of("192.168.1.1", port), IsEmpty()) << port;
}

TEST_F(Redirects, OfAnAddressAreNotOfOthers) {
  EXPECT_THAT(of("0.0.0.0", 95), ElementsAre("some ipv4 outside to here 8888 by ip plain prerouting"));
  EXPECT_THAT(of("192.168.1.2", 95), IsEmpty());
}

TEST_F(Redirects, OfATableForBothFamilies) {
  EXPECT_THAT(of("::", 8300), ElementsAre("all ipv4 outside to 10.0.0.2 80 by inet both prerouting"));
  EXPECT_THAT(of("0.0.0.0", 53, Transport::udp), ElementsAre("all ipv4 outside to 10.0.0.2 0 by inet both prerouting"));
  EXPECT_THAT(of("::", 8515), ElementsAre("all ipv4 ipv6 outside to here 1 by inet both prerouting"));
}

TEST_F(Redirects, OfAMap) {
  EXPECT_THAT(of("0.0.0.0", 8401), ElementsAre("all ipv4 outside to 10.0.0.3 88 by inet both prerouting"));
  EXPECT_THAT(of("0.0.0.0", 8601), ElementsAre("some ipv4 outside to :: 0 by inet both prerouting")) << "one of two";
}

TEST_F(Redirects, FollowJumpsAndEndWhereAPacketIsAccepted) {
  EXPECT_THAT(of("2001:db8::1", 8501), ElementsAre("all ipv6 outside to fd00::7 90 by inet both special"));
  EXPECT_THAT(of("0.0.0.0", 8501), ElementsAre("all ipv4 outside to here 1 by inet both prerouting"));
  EXPECT_THAT(of("0.0.0.0", 8505), IsEmpty());
}

TEST_F(Redirects, OfAMaskAndOfAddressesOfThisMachine) {
  EXPECT_THAT(of("0.0.0.0", 0x2267, Transport::udp), ElementsAre("all ipv4 outside to here 2 by inet both prerouting"));
}

TEST_F(Redirects, BehindARuleThatMayEndTheWayAreOfSome) {
  EXPECT_THAT(of("0.0.0.0", 8900), ElementsAre("some ipv4 outside to here 3 by inet both prerouting"));
}

TEST_F(Redirects, ToTheSamePortHereAreNone) { EXPECT_THAT(of("0.0.0.0", 8901), IsEmpty()); }

TEST_F(Redirects, OfIptables) {
  EXPECT_THAT(of("0.0.0.0", 18080), ElementsAre("all ipv4 outside to 10.0.0.2 80 by ip nat PREROUTING"));
  EXPECT_THAT(of("2001:db8::1", 18080), ElementsAre("all ipv6 outside to fd00::2 80 by ip6 nat PREROUTING"));
  EXPECT_THAT(of("0.0.0.0", 18081), ElementsAre("all ipv4 outside to here 99 by ip nat PREROUTING"));
  for (const std::uint16_t port : Ports{18091, 18092, 18094}) {
    EXPECT_THAT(of("0.0.0.0", port), ElementsAre("all ipv4 outside to 10.0.0.2 80 by ip nat PREROUTING")) << port;
  }
  EXPECT_THAT(of("0.0.0.0", 18096), IsEmpty());
}

TEST_F(Redirects, AsDockerPublishes) {
  EXPECT_THAT(of("0.0.0.0", 28080), ElementsAre("all ipv4 outside to 172.17.0.2 80 by ip nat DOCKER",
                                                "some ipv4 here to 172.17.0.2 80 by ip nat DOCKER"));
  EXPECT_THAT(of("192.168.1.1", 28080), ElementsAre("all ipv4 outside here to 172.17.0.2 80 by ip nat DOCKER"));
  EXPECT_THAT(of("127.0.0.1", 28080), IsEmpty());
}

TEST_F(Redirects, AreNotAskedForWhereNothingTracksConnections) {
  const fake::Proc bare;
  const sys::Proc proc = bare.open();
  EXPECT_THAT(collect::find_redirects({BindAttempt{}}, {}, {rules, legacy, routes}, proc).redirects, IsEmpty());
  EXPECT_EQ(rules.dumps + legacy.reads + routes.dumps, 0) << "to ask would load modules";
}

TEST_F(Redirects, ThatMayNotBeReadAreAGap) {
  rules.error = EPERM;
  const auto found = look({BindAttempt{}});
  ASSERT_TRUE(found.gap);
  EXPECT_EQ(found.gap->what, portscope::Gap::What::nat_rules);
  EXPECT_EQ(found.gap->why, "EPERM");
  rules.error = EINVAL;  // no nf_tables in this kernel
  EXPECT_FALSE(look({BindAttempt{}}).gap);
}

TEST_F(Redirects, OfIptablesLegacy) {
  rules.error = EINVAL;  // no nf_tables in this kernel
  be_legacy(AF_INET, 81);
  be_legacy(AF_INET6, 86);
  EXPECT_THAT(of("0.0.0.0", 8080), ElementsAre("all ipv4 outside to here 81 by ip nat PREROUTING"));
  EXPECT_THAT(of("::1", 8080), IsEmpty());
  EXPECT_THAT(of("2001:db8::1", 8080), ElementsAre("all ipv6 outside to here 86 by ip6 nat PREROUTING"));
  EXPECT_THAT(of("0.0.0.0", 8081), IsEmpty());
}

TEST_F(Redirects, OfAnotherChainOfTheSamePriorityMayBeFirst) {
  be_legacy(AF_INET, 81);
  EXPECT_THAT(of("0.0.0.0", 8080), ElementsAre("some ipv4 outside to here 81 by ip nat PREROUTING",
                                               "some ipv4 outside to 10.0.0.2 80 by ip plain prerouting"));
}

TEST_F(Redirects, OfATableThatIsNotThereAreNotAskedFor) {
  tree.net("ip_tables_names", "filter\nnot\n");
  EXPECT_FALSE(look({BindAttempt{}}).gap);
  EXPECT_EQ(legacy.reads, 0) << "to ask would load it";
}

TEST_F(Redirects, OfIptablesLegacyThatMayNotBeReadAreAGap) {
  be_legacy(AF_INET, 81);
  for (const auto& [error, why, remedy] : {std::tuple(EAGAIN, "EAGAIN", "iptables-legacy-save -t nat may show them"),
                                           std::tuple(EPERM, "EPERM", "CAP_NET_ADMIN is missing: run as root")}) {
    legacy.error = error;
    const auto found = look({BindAttempt{}});
    ASSERT_TRUE(found.gap);
    EXPECT_EQ(found.gap->why, why);
    EXPECT_EQ(found.gap->remedy, remedy);
  }
  legacy.error = 0;
  legacy.tables[AF_INET].entries.pop_back();
  ASSERT_TRUE(look({BindAttempt{}}).gap);
  EXPECT_EQ(look({BindAttempt{}}).gap->why, "EBADMSG");
  EXPECT_THAT(of("0.0.0.0", 8080), ElementsAre("all ipv4 outside to 10.0.0.2 80 by ip plain prerouting"));
}

TEST_F(Redirects, OfBrokenRepliesAreNotReadPastTheirEnd) {
  constexpr std::size_t longest = 700;
  for (std::size_t length = 0; length < longest; length += 3) {
    rules.spoil = [&](auto& row) { row.resize(std::min(row.size(), length)); };
    of("::", 8080);
    of("::", 8501);
  }
  std::mt19937 random(1);
  for (int i = 0; i < 300; ++i) {
    rules.spoil = [&](auto& row) { row[random() % row.size()] = static_cast<std::byte>(random()); };
    of("::", 8080);
    of("0.0.0.0", 28080);
  }
  rules.spoil = nullptr;
  EXPECT_THAT(of("0.0.0.0", 8081), IsEmpty());
}

TEST_F(Redirects, AreReadAgainWhileSomebodyChangesThem) {
  rules.error = EINTR;
  EXPECT_TRUE(look({BindAttempt{}}).gap);
  EXPECT_GT(rules.dumps, 1);
}

}  // namespace
