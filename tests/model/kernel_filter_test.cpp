// SPDX-License-Identifier: MIT
#include "portscope/kernel_filter.hpp"

#include <gtest/gtest.h>

#include "portscope/query.hpp"
#include "support/sockets.hpp"

namespace {

using portscope::kernel_filter;
using portscope::parse_query;
using portscope::required_ends;
using portscope::Transport;

std::string of_tcp(const char* filter) { return to_text(kernel_filter(parse_query(filter), Transport::tcp)); }

TEST(KernelFilter, WhatTheKernelKnowsGoesThere) {
  EXPECT_EQ(of_tcp("sport = :80"), "sport = 80");
  EXPECT_EQ(of_tcp("dport 80-90"), "dport in (80-90)");
  EXPECT_EQ(of_tcp("dport > 1024"), "dport in (1025-65535)");
  EXPECT_EQ(of_tcp("port 80"), "sport = 80 or dport = 80");
  EXPECT_EQ(of_tcp("src 10.0.0.0/8:443"), "sport = 443 and src 10.0.0.0/8");
  EXPECT_EQ(of_tcp("dst [::1]"), "dst ::1");
  EXPECT_EQ(of_tcp("src inet:*:80"), "sport = 80");
  EXPECT_EQ(of_tcp("not src inet:*:80"), "everything") << "one of IPv6 is meant, too";
  EXPECT_EQ(of_tcp("fwmark = 0x1/0xff"), "fwmark = 0x1/0xff");
  EXPECT_EQ(of_tcp("not (sport 80 or dport 90)"), "not sport = 80 and not dport = 90");
  EXPECT_EQ(of_tcp("tcp and sport 80"), "sport = 80");
  EXPECT_EQ(of_tcp("udp or sport 80"), "sport = 80");
  EXPECT_EQ(of_tcp("udp"), "nothing");
  EXPECT_EQ(of_tcp("not udp"), "everything");
}

TEST(KernelFilter, WhatItDoesNotKnowIsLeftOutSoThatNothingIsLost) {
  EXPECT_EQ(of_tcp("proc = a"), "everything");
  EXPECT_EQ(of_tcp("proc = a and sport 80"), "sport = 80");
  EXPECT_EQ(of_tcp("proc = a or sport 80"), "everything");
  EXPECT_EQ(of_tcp("not (proc = a and sport 80)"), "everything");
  EXPECT_EQ(of_tcp("not (proc = a or sport 80)"), "not sport = 80");
  EXPECT_EQ(of_tcp("state listen or sport 80"), "everything") << "states go into the request, not into the program";
}

TEST(KernelFilter, ATargetIsWiderThanItsAddress) {
  EXPECT_EQ(of_tcp("127.0.0.1:80"), "sport = 80") << "a wildcard is reached there too";
  EXPECT_EQ(of_tcp("not 127.0.0.1:80"), "everything");
  EXPECT_EQ(of_tcp("10.0.0.0/8:80"), "sport = 80 and src 10.0.0.0/8");
  EXPECT_EQ(of_tcp("10.0.0.0/8"), "src 10.0.0.0/8 or dst 10.0.0.0/8");
  EXPECT_EQ(of_tcp("not 10.0.0.0/8"), "everything") << "to the kernel no peer is 0.0.0.0";
}

TEST(KernelFilter, AnIpv6PrefixThatHoldsMappedAddressesIsNotNegated) {
  EXPECT_EQ(of_tcp("not src 2001:db8::/32"), "not src 2001:db8::/32");
  EXPECT_EQ(of_tcp("not src ::/0"), "everything");
  EXPECT_EQ(of_tcp("not src ::/64"), "everything");
  EXPECT_EQ(of_tcp("not src 0.0.0.0/0"), "not src 0.0.0.0/0");
}

TEST(RequiredEnds, AreThoseThatEveryMatchHas) {
  const auto ends = [](const char* filter) {
    return required_ends(kernel_filter(parse_query(filter), Transport::tcp));
  };
  EXPECT_EQ(ends("sport 80").local_port, 80);
  EXPECT_EQ(ends("sport 80 and (dport 1 or dport 2)").local_port, 80);
  EXPECT_EQ(ends("sport 80 and (dport 1 or dport 2)").peer_port, std::nullopt);
  EXPECT_EQ(ends("(sport 80 dport 1) or (sport 80 dport 2)").local_port, 80);
  EXPECT_EQ(ends("sport 80 or dport 80").local_port, std::nullopt);
  EXPECT_EQ(ends("not sport 80").local_port, std::nullopt);
  EXPECT_EQ(ends("sport 80-81").local_port, std::nullopt);
  const auto tuple = ends("src 10.0.0.1:80 and dst 10.0.0.2:90 and proc = a").tuple(Transport::tcp);
  ASSERT_TRUE(tuple.has_value());
  EXPECT_EQ(tuple->local, fake::end("10.0.0.1", 80));
  EXPECT_EQ(tuple->peer, fake::end("10.0.0.2", 90));
  EXPECT_FALSE(ends("src 10.0.0.0/24:80 and dst 10.0.0.2:90").tuple(Transport::tcp).has_value());
  EXPECT_FALSE(ends("src 10.0.0.1:80 dst 0.0.0.0 dport 0").tuple(Transport::tcp).has_value()) << "a listener";
}

TEST(KernelPart, SinglePortsStandInTheRequestAndTheRestIsAProgram) {
  const auto program = [](const char* filter) {
    return to_text(portscope::kernel_part(parse_query(filter), Transport::tcp).program);
  };
  EXPECT_EQ(program("sport 80"), "everything");
  EXPECT_EQ(program("sport 80 and dport 90"), "everything");
  EXPECT_EQ(program("sport 80 and dst 1.2.3.4"), "dst 1.2.3.4");
  EXPECT_EQ(program("sport 80 or dport 80"), "sport = 80 or dport = 80");
}

TEST(KernelPart, SaysWhetherEveryMatchHasAPeer) {
  const auto has_peer = [](const char* filter) {
    return portscope::kernel_part(parse_query(filter), Transport::tcp).has_peer;
  };
  EXPECT_TRUE(has_peer("dport 80"));
  EXPECT_TRUE(has_peer("dst 10.0.0.0/8 or dst ::1"));
  EXPECT_TRUE(has_peer("sport 80 and dport > 0"));
  EXPECT_FALSE(has_peer("dport < 80")) << "no peer is port 0";
  EXPECT_FALSE(has_peer("dst 0.0.0.0/0"));
  EXPECT_FALSE(has_peer("dport 80 or sport 80"));
  EXPECT_FALSE(has_peer("not dport 80"));
  EXPECT_FALSE(has_peer("10.0.0.0/8"));
}

TEST(KernelPart, OnlyOfTcpAConnectionIsOneSocket) {
  const auto query = parse_query("src 10.0.0.1:80 dst 10.0.0.2:90");
  EXPECT_TRUE(portscope::kernel_part(query, Transport::tcp).connection.has_value());
  EXPECT_FALSE(portscope::kernel_part(query, Transport::udp).connection.has_value());
  EXPECT_EQ(portscope::kernel_part(query, Transport::mptcp).local_port, 80);
  EXPECT_EQ(portscope::kernel_part(query, Transport::raw), portscope::KernelPart{});
}

}  // namespace
