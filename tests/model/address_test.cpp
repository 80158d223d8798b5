// SPDX-License-Identifier: MIT
#include "portscope/address.hpp"

#include <gtest/gtest.h>

#include <set>
#include <unordered_set>

#include "portscope/endpoint.hpp"
#include "support/printers.hpp"

namespace {

using portscope::Address;
using portscope::Endpoint;
using portscope::FiveTuple;
using portscope::Prefix;
using portscope::Transport;

Address address(const char* text) { return Address::parse(text).value(); }

TEST(Address, IsReadAndWrittenInTheUsualForms) {
  for (const char* text : {"0.0.0.0", "127.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "2001:db8::8:800:200c"}) {
    EXPECT_EQ(address(text).to_string(), text);
  }
  EXPECT_EQ(address("2001:0DB8:0:0:0:0:0:1").to_string(), "2001:db8::1");
}

TEST(Address, RefusesWhatIsNone) {
  for (const char* text : {"", "1", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "::1%lo", "[::1]", "localhost",
                           " 1.2.3.4", "1.2.3.4 ", ":::", "1.2.3.4/8"}) {
    EXPECT_FALSE(Address::parse(text)) << text;
  }
  EXPECT_FALSE(Address::parse(std::string_view("1.2.3.4\0", 8)));
  EXPECT_FALSE(Address::parse(std::string(1000, '1')));
}

TEST(Address, MappedAndPlainIpv4AreOneValue) {
  EXPECT_EQ(address("::ffff:10.0.0.1"), address("10.0.0.1"));
  EXPECT_EQ(address("::ffff:10.0.0.1").to_string(), "10.0.0.1");
  EXPECT_EQ(std::hash<Address>{}(address("::ffff:10.0.0.1")), std::hash<Address>{}(address("10.0.0.1")));
  EXPECT_TRUE(address("::ffff:0.0.0.0").is_wildcard());
  EXPECT_FALSE(address("::10.0.0.1").is_ipv4()) << "the old compatible form is IPv6";
}

TEST(Address, KnowsLoopback) {
  for (const char* text : {"127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1"}) {
    EXPECT_TRUE(address(text).is_loopback()) << text;
  }
  for (const char* text : {"128.0.0.1", "126.255.255.255", "::", "::2", "1::1", "0.0.0.1"}) {
    EXPECT_FALSE(address(text).is_loopback()) << text;
  }
}

TEST(Address, KnowsWildcards) {
  EXPECT_TRUE(address("0.0.0.0").is_wildcard());
  EXPECT_TRUE(address("::").is_wildcard());
  EXPECT_EQ(address("::"), Address{});
  EXPECT_NE(address("0.0.0.0"), Address{});
  EXPECT_FALSE(address("0.0.0.1").is_wildcard());
  EXPECT_FALSE(address("::1").is_wildcard());
  EXPECT_FALSE(address("1::").is_wildcard());
}

TEST(Address, IsOrderedAsItsBytesAre) {
  EXPECT_LT(address("::"), address("0.0.0.0"));
  EXPECT_LT(address("9.255.255.255"), address("10.0.0.0"));
  EXPECT_LT(address("255.255.255.255"), address("2001:db8::1"));
  EXPECT_LT(address("2001:db8::1"), address("fe80::1"));
}

TEST(Address, NeighboursDoNotShareHashes) {
  std::unordered_set<std::size_t> hashes;
  for (std::uint8_t last = 0; last < 255; ++last) hashes.insert(std::hash<Address>{}(Address::ipv4({10, 0, 0, last})));
  EXPECT_EQ(hashes.size(), 255U);
}

TEST(Prefix, HoldsTheAddressesThatShareItsBits) {
  const Prefix eight{address("10.0.0.0"), 96 + 8};
  EXPECT_TRUE(eight.contains(address("10.255.0.1")));
  EXPECT_TRUE(eight.contains(address("::ffff:10.1.2.3")));
  EXPECT_FALSE(eight.contains(address("11.0.0.0")));
  EXPECT_FALSE(eight.contains(address("::")));
  const Prefix odd{address("192.168.16.0"), 96 + 20};
  EXPECT_TRUE(odd.contains(address("192.168.31.255")));
  EXPECT_FALSE(odd.contains(address("192.168.32.0")));
  const Prefix link{address("fe80::"), 10};
  EXPECT_TRUE(link.contains(address("febf::1")));
  EXPECT_FALSE(link.contains(address("fec0::1")));
}

TEST(Prefix, ItsEndsAreEverythingAndOneAddress) {
  EXPECT_TRUE((Prefix{address("::"), 0}.contains(address("ffff::ffff"))));
  EXPECT_FALSE((Prefix{address("::"), 0}.contains(address("10.0.0.1")))) << "all of IPv6, and none of IPv4";
  EXPECT_TRUE((Prefix{address("0.0.0.0"), 96}.contains(address("10.0.0.1"))));
  EXPECT_FALSE((Prefix{address("0.0.0.0"), 96}.contains(address("::1"))));
  const Prefix one{address("10.0.0.1"), 128};
  EXPECT_TRUE(one.is_single_address());
  EXPECT_TRUE(one.contains(address("10.0.0.1")));
  EXPECT_FALSE(one.contains(address("10.0.0.0")));
}

TEST(Prefix, BitsOfTheAddressBehindItDoNotCount) {
  EXPECT_TRUE((Prefix{address("10.1.2.3"), 96 + 8}.contains(address("10.9.9.9"))));
}

TEST(Endpoint, IsOrderedByAddressThenPort) {
  const std::set<Endpoint> ends{{address("10.0.0.2"), 1}, {address("10.0.0.1"), 9}, {address("10.0.0.1"), 8}};
  EXPECT_EQ(*ends.begin(), (Endpoint{address("10.0.0.1"), 8}));
  EXPECT_EQ(*ends.rbegin(), (Endpoint{address("10.0.0.2"), 1}));
}

TEST(Endpoint, HashTellsPortsApart) {
  std::unordered_set<Endpoint> ends;
  std::unordered_set<std::size_t> hashes;
  for (std::uint16_t port = 1; port <= 1000; ++port) {
    ends.insert({address("10.0.0.1"), port});
    hashes.insert(std::hash<Endpoint>{}({address("10.0.0.1"), port}));
  }
  EXPECT_EQ(ends.size(), 1000U);
  EXPECT_EQ(hashes.size(), 1000U);
}

TEST(FiveTuple, ReversedIsTheViewOfTheOtherEnd) {
  const FiveTuple tuple{Transport::tcp, {address("10.0.0.1"), 80}, {address("10.0.0.2"), 40000}};
  EXPECT_EQ(tuple.reversed().local, tuple.peer);
  EXPECT_EQ(tuple.reversed().peer, tuple.local);
  EXPECT_EQ(tuple.reversed().reversed(), tuple);
  const std::hash<FiveTuple> hash;
  EXPECT_NE(hash(tuple), hash(tuple.reversed()));
  EXPECT_EQ(hash(tuple), hash(tuple.reversed().reversed()));
}

TEST(FiveTuple, TheProtocolTellsItApart) {
  const FiveTuple tcp{Transport::tcp, {address("::1"), 53}, {address("::1"), 5353}};
  FiveTuple udp = tcp;
  udp.transport = Transport::udp;
  EXPECT_NE(tcp, udp);
  EXPECT_LT(tcp, udp);
  EXPECT_NE(std::hash<FiveTuple>{}(tcp), std::hash<FiveTuple>{}(udp));
}

}  // namespace
