// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/packet_diag.h>

#include "portscope/detail_types.hpp"
#include "support/detailed_socket.hpp"

namespace {

using fake::DetailedSocket;
using portscope::DetailKind;
using portscope::PacketMembership;
using render::packet_view;
using testing::HasSubstr;

DetailedSocket sniffer() {
  DetailedSocket detailed;
  detailed.socket.transport = portscope::Transport::packet;
  detailed.snapshot.interfaces = {{2, detailed.snapshot.strings.intern("eth0")}};
  return detailed;
}

PacketMembership membership(std::uint16_t type, std::uint32_t interface, std::initializer_list<std::uint8_t> address) {
  PacketMembership member;
  member.type = type;
  member.interface = interface;
  member.count = 1;
  member.address_length = static_cast<std::uint16_t>(address.size());
  std::copy(address.begin(), address.end(), member.address.begin());
  return member;
}

TEST(PacketLine, TellsHowSomebodySniffs) {
  auto detailed = sniffer();
  packet_diag_ring ring{};
  ring.pdr_block_size = 4096;
  ring.pdr_block_nr = 8;
  detailed.add(DetailKind::receive_ring, ring).add(DetailKind::fanout, std::uint32_t{1U << 16U | 9U});
  detailed.add_list(DetailKind::packet_memberships, std::vector{membership(1, 2, {}), membership(9, 3, {})});
  detailed.add(DetailKind::filter, std::uint32_t{24});
  EXPECT_EQ(detailed.line(packet_view),
            "receive ring 8x4.0K, fanout id 9, type lb, promiscuous on eth0, 9, filter instructions 24");
}

TEST(PacketLine, OfAnOrdinarySocketThereIsNothingToSay) { EXPECT_EQ(sniffer().line(packet_view), ""); }

TEST(PacketObject, MembershipsTellInterfaceAndAddress) {
  auto detailed = sniffer();
  detailed.add_list(DetailKind::packet_memberships,
                    std::vector{membership(0, 2, {0x01, 0, 0x5e, 0, 0, 0x06}), membership(1, 3, {9, 9, 9, 9, 9, 9})});
  EXPECT_EQ(detailed.json(packet_view),
            R"({"memberships":[{"type":"multicast","interface":"eth0","interface_index":2,)"
            R"("address":"01:00:5e:00:00:06","count":1},{"type":"promiscuous","interface":null,"interface_index":3,)"
            R"("address":null,"count":1}],"filter_instructions":null})");
}

TEST(PacketObject, AnAddressLongerThanItsFieldIsReadNoFurther) {
  auto detailed = sniffer();
  auto member = membership(3, 2, {});
  member.address_length = 65535;
  detailed.add_list(DetailKind::packet_memberships, std::vector{member});
  std::string zeros = "00";
  for (int i = 1; i < 32; ++i) zeros += ":00";
  EXPECT_THAT(detailed.json(packet_view), HasSubstr(R"("type":"unicast")"));
  EXPECT_THAT(detailed.json(packet_view), HasSubstr(R"("address":")" + zeros + R"(")"));
}

TEST(PacketObject, TheStructsLieWithin) {
  auto detailed = sniffer();
  packet_diag_info info{};
  info.pdi_version = 2;
  info.pdi_flags = PDI_RUNNING | PDI_AUXDATA;
  packet_diag_ring ring{};
  ring.pdr_frame_nr = 16;
  ring.pdr_features = 0x1f;
  detailed.add(DetailKind::packet_info, info).add(DetailKind::transmit_ring, ring);
  detailed.add(DetailKind::fanout, std::uint32_t{7U << 16U | 9U}).add(DetailKind::filter, std::uint32_t{0});
  EXPECT_EQ(detailed.json(packet_view),
            R"({"version":2,"reserve":0,"copy_threshold":0,"timestamp":0,"running":true,"auxdata":true,)"
            R"("origdev":false,"vnet_header":false,"tx_loss":false,"transmit_ring":{"block_size":0,"block_count":0,)"
            R"("frame_size":0,"frame_count":16,"retire_timeout_ms":0,"private_size":0,"features":"1f"},)"
            R"("fanout":{"id":9,"type":"ebpf"},"memberships":[],"filter_instructions":0})");
}

TEST(PacketObject, ProcDoesNotKnowOfMemberships) {
  auto detailed = sniffer();
  detailed.socket.source = portscope::Source::proc;
  EXPECT_EQ(detailed.json(packet_view), R"({"memberships":null,"filter_instructions":null})");
}

}  // namespace
