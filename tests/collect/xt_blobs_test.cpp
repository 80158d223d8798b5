// SPDX-License-Identifier: MIT
#include "collect/xt_blobs.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>

#include <linux/netfilter/nf_nat.h>
#include <linux/netfilter/xt_addrtype.h>
#include <linux/netfilter/xt_multiport.h>
#include <linux/netfilter/xt_tcpudp.h>

namespace {

using collect::NatPacket;
using portscope::Address;
using portscope::Truth;

template <class T>
sys::Bytes info_of(const T& value) {
  return std::as_bytes(std::span(&value, 1));
}

NatPacket packet_to(std::uint16_t port, std::uint8_t protocol = IPPROTO_TCP) {
  NatPacket packet;
  packet.protocol = protocol;
  packet.port = port;
  return packet;
}

TEST(XtMatch, AsksForARangeOfPorts) {
  xt_tcp wanted{};
  wanted.spts[1] = 0xffff;
  wanted.dpts[0] = 80;
  wanted.dpts[1] = 90;
  EXPECT_EQ(xt_match("tcp", 0, info_of(wanted), packet_to(85)), Truth::yes);
  EXPECT_EQ(xt_match("tcp", 0, info_of(wanted), packet_to(91)), Truth::no);
  EXPECT_EQ(xt_match("tcp", 0, info_of(wanted), packet_to(85, IPPROTO_UDP)), Truth::no);
  wanted.invflags = XT_TCP_INV_DSTPT;
  EXPECT_EQ(xt_match("tcp", 0, info_of(wanted), packet_to(91)), Truth::yes);
  wanted.spts[0] = 1000;
  EXPECT_EQ(xt_match("tcp", 0, info_of(wanted), packet_to(91)), Truth::maybe) << "who calls is not known";
}

TEST(XtMatch, AsksUdpToo) {
  xt_udp wanted{};
  wanted.spts[1] = 0xffff;
  wanted.dpts[0] = wanted.dpts[1] = 53;
  EXPECT_EQ(xt_match("udp", 0, info_of(wanted), packet_to(53, IPPROTO_UDP)), Truth::yes);
  EXPECT_EQ(xt_match("udp", 0, info_of(wanted), packet_to(53)), Truth::no);
}

TEST(XtMatch, AsksForSeveralPorts) {
  xt_multiport_v1 wanted{};
  wanted.flags = XT_MULTIPORT_DESTINATION;
  wanted.count = 3;
  wanted.ports[0] = 1;
  wanted.ports[1] = 5;
  wanted.pflags[1] = 1;
  wanted.ports[2] = 7;
  EXPECT_EQ(xt_match("multiport", 1, info_of(wanted), packet_to(6)), Truth::yes);
  EXPECT_EQ(xt_match("multiport", 1, info_of(wanted), packet_to(2)), Truth::no);
  wanted.invert = 1;
  EXPECT_EQ(xt_match("multiport", 1, info_of(wanted), packet_to(2)), Truth::yes);
  wanted.flags = XT_MULTIPORT_EITHER;
  EXPECT_EQ(xt_match("multiport", 1, info_of(wanted), packet_to(2)), Truth::maybe);
}

TEST(XtMatch, KnowsThatTheAddressIsOfThisMachine) {
  xt_addrtype_info_v1 wanted{};
  wanted.dest = XT_ADDRTYPE_LOCAL;
  EXPECT_EQ(xt_match("addrtype", 1, info_of(wanted), packet_to(1)), Truth::yes);
  wanted.flags = XT_ADDRTYPE_INVERT_DEST;
  EXPECT_EQ(xt_match("addrtype", 1, info_of(wanted), packet_to(1)), Truth::no);
}

TEST(XtMatch, OfAnotherKindMayApply) {
  EXPECT_EQ(xt_match("recent", 0, {}, packet_to(1)), Truth::maybe);
  EXPECT_EQ(xt_match("comment", 0, {}, packet_to(1)), Truth::yes);
  EXPECT_EQ(xt_match("tcp", 0, {}, packet_to(1)), Truth::no) << "cut short: nothing is read behind its end";
}

TEST(XtTarget, OfRevisionZeroIsOfIpv4Alone) {
  nf_nat_ipv4_multi_range_compat old{};
  old.rangesize = 1;
  old.range[0].flags = NF_NAT_RANGE_MAP_IPS | NF_NAT_RANGE_PROTO_SPECIFIED;
  old.range[0].min_ip = old.range[0].max_ip = htonl(0x0a000002);
  old.range[0].min.all = old.range[0].max.all = htons(80);
  const auto target = xt_target("DNAT", 0, info_of(old), packet_to(1));
  ASSERT_TRUE(target);
  EXPECT_EQ(target->address, Address::parse("10.0.0.2"));
  EXPECT_EQ(target->port, 80);
  old.range[0].max_ip = htonl(0x0a000003);
  EXPECT_EQ(xt_target("DNAT", 0, info_of(old), packet_to(1))->address, Address{}) << "one of two";
  EXPECT_EQ(xt_target("REDIRECT", 0, info_of(old), packet_to(1))->address, std::nullopt);
  EXPECT_FALSE(xt_target("MASQUERADE", 0, info_of(old), packet_to(1)));
}

}  // namespace
