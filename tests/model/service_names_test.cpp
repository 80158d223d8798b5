// SPDX-License-Identifier: MIT
#include "model/service_names.hpp"

#include <gtest/gtest.h>

namespace {

using portscope::ServiceByPort;
using portscope::Transport;

TEST(ServiceByPort, KnowsThePortOfAProtocol) {
  const ServiceByPort services({{53, "tcp", "domain"}, {53, "tcp", "other"}, {53, "udp", "dns"}});
  EXPECT_EQ(services.name(53, Transport::tcp), "domain") << "the first counts";
  EXPECT_EQ(services.name(53, Transport::udp), "dns");
  EXPECT_EQ(services.name(53, Transport::mptcp), "domain");
  EXPECT_EQ(services.name(53, Transport::udplite), "dns");
  EXPECT_EQ(services.name(53, Transport::sctp), "");
  EXPECT_EQ(services.name(54, Transport::tcp), "");
}

TEST(ServiceByPort, OfThisMachineAgreesWithTheFilter) {
  const auto http = portscope::service_port("http");
  if (!http) GTEST_SKIP() << "services(5) has no http here";
  EXPECT_EQ(ServiceByPort::here().name(*http, Transport::tcp), "http");
}

}  // namespace
