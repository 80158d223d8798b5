// SPDX-License-Identifier: MIT
// For which of this machine's own addresses the rules of data/nat-rules are.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include <cerrno>

#include "support/nat_redirects.hpp"
#include "sys/ip_tables.hpp"

namespace {

using portscope::Address;
using portscope::Transport;
using testing::ElementsAre;
using testing::IsEmpty;

class RedirectsOfOwnAddresses : public fake::Redirects {};

constexpr const char* all_95 = "all ipv4 outside to here 8888 by ip plain prerouting";
constexpr const char* some_95 = "some ipv4 outside to here 8888 by ip plain prerouting";

TEST_F(RedirectsOfOwnAddresses, ForAnAddressOfAnotherMachineAreNotOfAWildcard) {
  routes.add("127.0.0.0", 8).add("127.0.0.1").add("192.168.1.2").add("fd00::9");
  EXPECT_THAT(of("0.0.0.0", 95), IsEmpty());
  EXPECT_THAT(of("::", 95), IsEmpty());
  EXPECT_THAT(of("192.168.1.1", 95), ElementsAre(all_95)) << "that one may be meant";
}

TEST_F(RedirectsOfOwnAddresses, ForOneOfTwoAddressesAreOfSome) {
  routes.add("127.0.0.0", 8).add("192.168.1.1").add("192.168.1.2");
  EXPECT_THAT(of("0.0.0.0", 95), ElementsAre(some_95));
}

TEST_F(RedirectsOfOwnAddresses, ForEveryAddressAreOfAll) {
  routes.add("127.0.0.0", 8).add("127.0.0.1").add("192.168.1.1").add("fd00::9");
  EXPECT_THAT(of("0.0.0.0", 95), ElementsAre(all_95));
  EXPECT_THAT(of("::", 95), ElementsAre(all_95));
}

TEST_F(RedirectsOfOwnAddresses, WithoutAConditionOnTheAddressStayOfAll) {
  routes.add("127.0.0.0", 8).add("192.168.1.1").add("192.168.1.2").add("::1").add("fe80::1");
  EXPECT_THAT(of("0.0.0.0", 8080), ElementsAre("all ipv4 outside to 10.0.0.2 80 by ip plain prerouting"));
  EXPECT_THAT(of("::", 8515), ElementsAre("all ipv4 ipv6 outside to here 1 by inet both prerouting"));
  EXPECT_THAT(of("0.0.0.0", 8200), ElementsAre("some ipv4 outside to 10.0.0.2 0 by ip plain prerouting"));
  EXPECT_THAT(of("0.0.0.0", 28080), ElementsAre("all ipv4 outside to 172.17.0.2 80 by ip nat DOCKER",
                                                "some ipv4 here to 172.17.0.2 80 by ip nat DOCKER"));
}

TEST_F(RedirectsOfOwnAddresses, ForAnAddressOfAnInterfaceThatHasNoRouteHereCount) {
  routes.add("192.168.1.2");
  interfaces = {{{*Address::parse("192.168.1.1"), 96 + 24}, {}, 2, false}};
  EXPECT_THAT(of("0.0.0.0", 95), ElementsAre(some_95));
}

TEST_F(RedirectsOfOwnAddresses, WhereTheAddressesAreNotKnownAreOfSome) {
  interfaces = {{{*Address::parse("192.168.1.2"), 96 + 24}, {}, 2, false}};
  EXPECT_THAT(of("0.0.0.0", 95), IsEmpty());
  routes.error = EPERM;
  EXPECT_THAT(of("0.0.0.0", 95), ElementsAre(some_95));
  routes.error = ENOENT;  // no table while nobody has an address
  EXPECT_THAT(of("0.0.0.0", 95), IsEmpty());
}

TEST_F(RedirectsOfOwnAddresses, WhereThereAreVeryManyAddressesAreOfSome) {
  for (int i = 1; i <= 64; ++i) routes.add(fmt::format("10.1.0.{}", i));
  EXPECT_THAT(of("0.0.0.0", 95), IsEmpty());
  routes.add("10.1.0.1");
  EXPECT_THAT(of("0.0.0.0", 95), IsEmpty()) << "it is there already";
  routes.add("10.1.0.65");
  EXPECT_THAT(of("0.0.0.0", 95), ElementsAre(some_95));
}

TEST_F(RedirectsOfOwnAddresses, WhereAWholeNetworkIsLocalMayBeForAnyAddressOfIt) {
  routes.add("10.1.0.1").add("192.168.0.0", 16);
  EXPECT_THAT(of("0.0.0.0", 95), ElementsAre(some_95));
  EXPECT_THAT(of("0.0.0.0", 8080), ElementsAre("all ipv4 outside to 10.0.0.2 80 by ip plain prerouting"));
  routes.rows.clear();
  routes.add("10.1.0.1").add("192.169.0.0", 16);
  EXPECT_THAT(of("0.0.0.0", 95), IsEmpty());
  routes.add("0.0.0.0", 0);  // as for a transparent proxy
  EXPECT_THAT(of("0.0.0.0", 95), ElementsAre(some_95));
}

TEST_F(RedirectsOfOwnAddresses, ForSomeLoopbackAddressAreOfSome) {
  routes.add("127.0.0.0", 8).add("127.0.0.1").add("192.168.1.2");
  be_only("OUTPUT", "127.0.0.11", IPPROTO_UDP);
  EXPECT_THAT(of("0.0.0.0", 53, Transport::udp), ElementsAre("some ipv4 here to here 99 by ip nat OUTPUT"));
  be_only("PREROUTING", "127.0.0.11", IPPROTO_UDP);
  EXPECT_THAT(of("0.0.0.0", 53, Transport::udp), IsEmpty()) << "nothing comes from outside";
}

TEST_F(RedirectsOfOwnAddresses, ForBroadcastAndMulticastAreOfSomeDatagrams) {
  routes.add("127.0.0.0", 8).add("10.1.0.1").add("10.1.0.255", 32, RTN_BROADCAST);
  for (const char* called : {"10.1.0.255", "255.255.255.255", "224.0.0.251", "239.1.2.3"}) {
    be_only("PREROUTING", called, IPPROTO_UDP);
    EXPECT_THAT(of("0.0.0.0", 9, Transport::udp), ElementsAre("some ipv4 outside to here 99 by ip nat PREROUTING"));
    be_only("PREROUTING", called, IPPROTO_TCP);
    EXPECT_THAT(of("0.0.0.0", 9), IsEmpty()) << called;
  }
  be_only("PREROUTING", "10.1.0.1", IPPROTO_UDP);
  EXPECT_THAT(of("0.0.0.0", 9, Transport::udp), ElementsAre("all ipv4 outside to here 99 by ip nat PREROUTING"));
}

TEST_F(RedirectsOfOwnAddresses, OfDifferentAddressesAreOfSomeEach) {
  rules.error = EINVAL;
  tree.net("ip_tables_names", "nat\n");
  fake::XtTableMaker table(AF_INET);
  ipt_ip head{};
  head.dst.s_addr = inet_addr("10.1.0.2");
  head.dmsk.s_addr = INADDR_BROADCAST;
  table.add("PREROUTING", fake::xt_redirect(AF_INET, 98).when(head)).add("PREROUTING", fake::xt_redirect(AF_INET, 99));
  legacy.tables[AF_INET] = table.make();
  routes.add("10.1.0.1").add("10.1.0.2");
  EXPECT_THAT(of("0.0.0.0", 9), ElementsAre("some ipv4 outside to here 99 by ip nat PREROUTING",
                                            "some ipv4 outside to here 98 by ip nat PREROUTING"));
}

TEST_F(RedirectsOfOwnAddresses, OfVeryManyRulesAreAllThereAndTheCertainOnesFirst) {
  rules.error = EINVAL;
  tree.net("ip_tables_names", "nat\n");
  fake::XtTableMaker table(AF_INET);
  constexpr std::uint16_t many = 1000;
  ipt_ip head{};  // of who calls nothing is known
  head.src.s_addr = inet_addr("10.9.9.9");
  head.smsk.s_addr = INADDR_BROADCAST;
  for (std::uint16_t port = 1; port <= many; ++port)
    table.add("PREROUTING", fake::xt_redirect(AF_INET, port).when(head));
  table.add("OUTPUT", fake::xt_redirect(AF_INET, many));
  legacy.tables[AF_INET] = table.make();
  const auto told = of("0.0.0.0", 2000);
  ASSERT_EQ(told.size(), many + 1U);
  EXPECT_EQ(told[0], "all ipv4 here to here 1000 by ip nat OUTPUT");
  EXPECT_EQ(told[1], "some ipv4 outside to here 1 by ip nat PREROUTING");
  EXPECT_EQ(told[many], "some ipv4 outside to here 1000 by ip nat PREROUTING");
}

}  // namespace
