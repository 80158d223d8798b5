// SPDX-License-Identifier: MIT
#include "render/ends.hpp"

#include <gtest/gtest.h>

#include "support/sockets.hpp"

namespace {

using portscope::AnyEndpoint;
using portscope::NetlinkEndpoint;
using portscope::PacketEndpoint;
using portscope::Snapshot;
using portscope::Socket;
using portscope::TipcEndpoint;
using portscope::VsockEndpoint;
using portscope::XdpEndpoint;
using render::End;

constexpr std::uint32_t any_cid = UINT32_MAX;  // VMADDR_CID_ANY

/// A socket between two ends, on an interface that may have a name.
struct Case {
  Snapshot snapshot;
  Socket socket;

  explicit Case(const AnyEndpoint& local, const AnyEndpoint& peer = {}, std::uint32_t interface = 0) {
    snapshot.interfaces = {{2, snapshot.strings.intern("eth0")}, {4, snapshot.strings.intern("a\x1b")}};
    socket.local = local;
    socket.peer = peer;
    socket.interface = interface;
  }
  [[nodiscard]] End local() const { return {&snapshot, &socket, &socket.local}; }
  [[nodiscard]] End peer() const { return {&snapshot, &socket, &socket.peer}; }
};

std::string text(const End& end) {
  std::string out;
  render::append_end(out, end);
  return out;
}

std::string address(const End& end) {
  std::string out;
  render::append_end_address(out, render::EndAddress{end});
  return out;
}

std::string json(const End& end) {
  std::string out;
  render::JsonWriter writer(out, render::JsonStyle::compact);
  render::write_end(writer, end);
  return out;
}

TEST(Ends, NoneIsNothing) {
  const Case none{AnyEndpoint{}};
  EXPECT_EQ(text(none.local()), "-");
  EXPECT_EQ(address(none.local()), "-");
  EXPECT_EQ(json(none.local()), "null");
}

TEST(PacketEnd, IsWhatIsListenedToAndWhere) {
  EXPECT_EQ(text(Case(PacketEndpoint{3}).local()), "all");
  EXPECT_EQ(text(Case(PacketEndpoint{0x0806}, {}, 2).local()), "arp%eth0");
  EXPECT_EQ(text(Case(PacketEndpoint{0x0806}, {}, 3).local()), "arp%3");
  EXPECT_EQ(text(Case(PacketEndpoint{0x0806}, {}, 4).local()), "arp%a\\x1b") << "no name reaches a terminal raw";
  EXPECT_EQ(text(Case(PacketEndpoint{0}).local()), "0x0000");
  EXPECT_EQ(text(Case(PacketEndpoint{0xfffe}, {}, 2).local()), "0xfffe%eth0");
  EXPECT_EQ(address(Case(PacketEndpoint{0x0806}, {}, 2).local()), "arp");
}

// What a packet socket is left with when its interface is removed (net/packet/af_packet.c, packet_notifier).
TEST(PacketEnd, MayHaveLostItsInterface) {
  EXPECT_EQ(text(Case(PacketEndpoint{0x0806}, {}, UINT32_MAX).local()), "arp%(gone)") << "no interface has that name";
}

TEST(PacketEnd, HasANumberAndItsNameInJson) {
  EXPECT_EQ(json(Case(PacketEndpoint{0x0806}).local()), R"({"protocol":2054,"protocol_name":"arp"})");
  EXPECT_EQ(json(Case(PacketEndpoint{0xfffe}).local()), R"({"protocol":65534,"protocol_name":null})");
}

TEST(NetlinkEnd, IsProtocolAndPort) {
  EXPECT_EQ(text(Case(NetlinkEndpoint{812, 0, 0}).local()), "rtnl:812");
  EXPECT_EQ(text(Case(NetlinkEndpoint{4294967295, 0, 16}).local()), "genl:4294967295");
  EXPECT_EQ(text(Case(NetlinkEndpoint{0, 0, 31}).local()), "31:0") << "no name, and the kernel's port";
  EXPECT_EQ(address(Case(NetlinkEndpoint{812, 0, 0}).local()), "rtnl");
}

TEST(NetlinkEnd, OnlyAPeerHasAGroup) {
  const Case connected(NetlinkEndpoint{812, 0, 0}, NetlinkEndpoint{0, 3, 0});
  EXPECT_EQ(json(connected.local()), R"({"protocol":0,"protocol_name":"rtnl","port_id":812})");
  EXPECT_EQ(json(connected.peer()), R"({"protocol":0,"protocol_name":"rtnl","port_id":0,"group":3})");
}

TEST(VsockEnd, IsContextAndPort) {
  EXPECT_EQ(text(Case(VsockEndpoint{3, 1024}).local()), "3:1024");
  EXPECT_EQ(text(Case(VsockEndpoint{any_cid, 4294967295}).local()), "*:4294967295");
  EXPECT_EQ(address(Case(VsockEndpoint{any_cid, 1}).local()), "*");
  EXPECT_EQ(json(Case(VsockEndpoint{any_cid, 1024}).local()), R"({"cid":4294967295,"port":1024})");
}

TEST(XdpEnd, IsAQueueOfAnInterface) {
  EXPECT_EQ(text(Case(XdpEndpoint{3}, {}, 2).local()), "queue%eth0:3");
  EXPECT_EQ(address(Case(XdpEndpoint{3}, {}, 2).local()), "queue");
  EXPECT_EQ(json(Case(XdpEndpoint{3}, {}, 2).local()), R"({"queue":3})");
}

TEST(TipcEnd, IsNodeAndReference) {
  EXPECT_EQ(text(Case(TipcEndpoint{0x1001002, 4000000000}).local()), "1001002:4000000000");
  EXPECT_EQ(address(Case(TipcEndpoint{0x1001002, 1}).local()), "1001002");
  EXPECT_EQ(json(Case(TipcEndpoint{0x1001002, 1}).local()), R"({"node":16781314,"reference":1})");
}

TEST(Endpoint, ByItselfHasBracketsWhereTheyAreNeeded) {
  const auto shown = [](const portscope::Endpoint& endpoint) {
    std::string out;
    render::append_endpoint(out, endpoint);
    return out;
  };
  EXPECT_EQ(shown(fake::end("10.0.0.1", 80)), "10.0.0.1:80");
  EXPECT_EQ(shown(fake::end("::ffff:10.0.0.1", 80)), "10.0.0.1:80");
  EXPECT_EQ(shown(fake::end("::", 80)), "[::]:80") << "what it takes is not known of an end by itself";
}

TEST(EndOrder, IsByNumberWithinAKind) {
  const auto less = [](const AnyEndpoint& a, const AnyEndpoint& b) {
    const Case left(a);
    const Case right(b);
    return render::order_ends(left.local(), right.local()) < 0;
  };
  EXPECT_TRUE(less(VsockEndpoint{2, 9000}, VsockEndpoint{3, 80}));
  EXPECT_TRUE(less(VsockEndpoint{3, 80}, VsockEndpoint{3, 9000}));
  EXPECT_TRUE(less(PacketEndpoint{3}, PacketEndpoint{0x0806}));
  EXPECT_TRUE(less(TipcEndpoint{1, 9}, TipcEndpoint{2, 1}));
  EXPECT_TRUE(less(XdpEndpoint{9}, XdpEndpoint{10}));
  EXPECT_TRUE(less(AnyEndpoint{}, PacketEndpoint{0})) << "nothing first";
  EXPECT_FALSE(less(NetlinkEndpoint{1, 0, 0}, NetlinkEndpoint{1, 0, 0}));
}

}  // namespace
