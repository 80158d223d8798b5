// SPDX-License-Identifier: MIT
#include "collect/local_routes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>

#include "support/local_routes.hpp"

namespace {

using collect::any_address;
using collect::local_networks;
using portscope::Address;
using portscope::Family;
using portscope::Prefix;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

Prefix prefix(const char* address, std::uint8_t bits = 128) { return {*Address::parse(address), bits}; }

TEST(LocalRoutes, AreAddressesAndNetworks) {
  fake::LocalRoutes routes;
  routes.add("127.0.0.0", 8).add("127.0.0.1").add("10.0.0.1").add("fe80::1").add("fd00::", 64);
  EXPECT_THAT(local_networks({}, routes).own,
              ElementsAre(prefix("10.0.0.1"), prefix("127.0.0.0", 104), prefix("127.0.0.1"), prefix("fd00::", 64),
                          prefix("fe80::1")));
}

TEST(LocalRoutes, OfOtherTypesAndTablesAreNone) {
  fake::LocalRoutes routes;
  routes.add("10.0.0.0", 24, RTN_UNICAST).add("0.0.0.0", 0, RTN_LOCAL, 100).add("10.0.0.255", 32, RTN_BROADCAST);
  const auto networks = local_networks({}, routes);
  EXPECT_THAT(networks.own, IsEmpty());
  EXPECT_THAT(networks.groups, Contains(prefix("10.0.0.255")));
}

TEST(LocalRoutes, AndTheAddressesOfInterfacesAreEachThereOnce) {
  fake::LocalRoutes routes;
  routes.add("10.0.0.1").add("10.0.0.1");
  EXPECT_THAT(
      local_networks({{prefix("10.0.0.1", 120), {}, 2, false}, {prefix("10.0.0.2", 120), {}, 3, false}}, routes).own,
      ElementsAre(prefix("10.0.0.1"), prefix("10.0.0.2")));
}

TEST(LocalRoutes, ThatCannotBeReadMayBeAny) {
  fake::LocalRoutes routes;
  routes.error = EPERM;
  EXPECT_THAT(local_networks({}, routes).own, ElementsAre(any_address(Family::ipv6), any_address(Family::ipv4)));
  routes.error = ENOENT;
  EXPECT_THAT(local_networks({}, routes).own, IsEmpty());
}

TEST(LocalRoutes, OfADefaultAreAny) {
  fake::LocalRoutes routes;
  routes.add("0.0.0.0", 0).add("::", 0);
  EXPECT_THAT(local_networks({}, routes).own, ElementsAre(any_address(Family::ipv6), any_address(Family::ipv4)));
}

TEST(LocalRoutes, AreAskedForAlone) {
  fake::LocalRoutes routes;
  local_networks({}, routes);
  ASSERT_EQ(routes.asked.size(), 2U);
  for (const rtmsg& asked : routes.asked) EXPECT_EQ(asked.rtm_table, RT_TABLE_LOCAL);
}

TEST(LocalRoutes, OfBrokenRepliesAreNotReadPastTheirEnd) {
  fake::LocalRoutes whole;
  whole.add("10.0.0.1").add("fd00::1");
  for (std::size_t missing = 1; missing <= whole.rows.back().size(); ++missing) {
    fake::LocalRoutes cut;
    cut.rows = whole.rows;
    for (auto& row : cut.rows) row.resize(row.size() - std::min(row.size(), missing));
    EXPECT_THAT(local_networks({}, cut).own, IsEmpty()) << missing;
  }
  fake::LocalRoutes longer;
  longer.add("10.0.0.1", 33).add("fd00::1", 129);
  EXPECT_THAT(local_networks({}, longer).own, IsEmpty());
}

}  // namespace
