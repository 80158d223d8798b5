// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/packet_diag.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "portscope/detail_types.hpp"
#include "portscope/kernel_structs.hpp"
#include "support/asking.hpp"
#include "support/kernel_message.hpp"
#include "support/printers.hpp"

namespace {

using fake::Asking;
using fake::bytes_of;
using fake::with;
using portscope::DetailId;
using portscope::DetailKind;
using portscope::Need;
using portscope::Socket;
using portscope::SocketType;
using portscope::State;
using portscope::Transport;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::uint32_t family_of_old = 10;  // SOCK_PACKET

packet_diag_msg packet_message() {
  packet_diag_msg message{};
  message.pdiag_family = AF_PACKET;
  message.pdiag_type = SOCK_RAW;
  message.pdiag_num = 0x0806;
  message.pdiag_ino = 777;
  message.pdiag_cookie[0] = 0x11;
  message.pdiag_cookie[1] = 0x22;
  return message;
}

std::string info(std::uint32_t interface) {
  packet_diag_info info{};
  info.pdi_index = interface;
  info.pdi_version = 2;
  info.pdi_flags = PDI_RUNNING;
  return bytes_of(info);
}

std::string memory() {
  std::string words;
  for (std::uint32_t i = 0; i < 9; ++i) words += bytes_of(100 + i);
  return words;
}

packet_diag_mclist membership(std::uint32_t interface, std::uint16_t type) {
  packet_diag_mclist member{};
  member.pdmc_index = interface;
  member.pdmc_type = type;
  return member;
}

/// One of everything that the kernel sends.
fake::Row full_packet_row() {
  packet_diag_ring ring{};
  ring.pdr_block_size = 4096;
  ring.pdr_block_nr = 8;
  auto row = with(fake::row_of(packet_message()), PACKET_DIAG_INFO, info(2));
  row = with(row, PACKET_DIAG_UID, bytes_of(std::uint32_t{33}));
  row = with(row, PACKET_DIAG_MCLIST, bytes_of(membership(2, 1)) + bytes_of(membership(3, 0)));
  row = with(row, PACKET_DIAG_RX_RING, bytes_of(ring));
  row = with(row, PACKET_DIAG_TX_RING, bytes_of(ring));
  row = with(row, PACKET_DIAG_FANOUT, bytes_of(std::uint32_t{1U << 16U | 9U}));
  row = with(row, PACKET_DIAG_MEMINFO, memory());
  return with(row, PACKET_DIAG_FILTER, std::string(sizeof(sock_filter) * 3, 'f'));
}

struct PacketAnswer {
  Asking asking;
  collect::Pass pass;

  explicit PacketAnswer(const std::vector<fake::Row>& rows, portscope::EnumSet<Need> needs = {}) {
    asking.request.needs = needs;
    asking.diag.script(AF_PACKET, 0, {{rows}});
    pass = asking.dump(Transport::packet);
  }
  [[nodiscard]] const Socket& socket() const { return pass.rows.at(0); }
  [[nodiscard]] std::optional<std::uint64_t> number(DetailKind kind, std::string_view name) const {
    const auto bytes = asking.details.find(socket().details, kind);
    return bytes ? portscope::value_of(kind, name, *bytes) : std::nullopt;
  }
  [[nodiscard]] bool has(DetailKind kind) const { return asking.details.find(socket().details, kind).has_value(); }
};

TEST(PacketDiag, ASocketIsReadWhole) {
  const PacketAnswer answer({full_packet_row()});
  const Socket& socket = answer.socket();
  EXPECT_EQ(socket.transport, Transport::packet);
  EXPECT_EQ(socket.family, portscope::Family::packet);
  EXPECT_EQ(socket.state, State::unconnected);
  EXPECT_EQ(socket.state_id, 7);
  EXPECT_EQ(socket.source, portscope::Source::netlink);
  EXPECT_EQ(socket.type, SocketType::raw);
  EXPECT_EQ(std::get<portscope::PacketEndpoint>(socket.local).protocol, 0x0806) << "in host order";
  EXPECT_EQ(socket.peer, portscope::AnyEndpoint{});
  EXPECT_EQ(socket.inode, 777U);
  EXPECT_EQ(socket.cookie, 0x2200000011U);
  EXPECT_EQ(socket.interface, 2U);
  EXPECT_EQ(socket.uid, 33U);
  EXPECT_EQ(socket.recv_queue, 100U);
  EXPECT_EQ(socket.send_queue, std::nullopt);
}

// What a full ring cannot take is counted where only its owner can read it, and reading sets it to 0.
TEST(PacketDiag, DropsAreToldUnlessARingReceives) {
  const auto row = with(fake::row_of(packet_message()), PACKET_DIAG_MEMINFO, memory());
  EXPECT_EQ(PacketAnswer({row}).socket().drops, 108U);
  const std::string ring(sizeof(packet_diag_ring), 'r');
  EXPECT_EQ(PacketAnswer({with(row, PACKET_DIAG_TX_RING, ring)}).socket().drops, 108U);
  EXPECT_EQ(PacketAnswer({with(row, PACKET_DIAG_RX_RING, ring)}).socket().drops, std::nullopt);
}

TEST(PacketDiag, WhatIsNotToldIsUnknown) {
  const PacketAnswer answer({fake::row_of(packet_message())});
  const Socket& socket = answer.socket();
  EXPECT_EQ(socket.uid, std::nullopt);
  EXPECT_EQ(socket.recv_queue, std::nullopt);
  EXPECT_EQ(socket.drops, std::nullopt);
  EXPECT_EQ(socket.interface, 0U);
  EXPECT_FALSE(answer.has(DetailKind::receive_ring));
}

TEST(PacketDiag, RingsFanOutAndMembershipsAreKept) {
  const PacketAnswer answer({full_packet_row()});
  EXPECT_EQ(answer.number(DetailKind::packet_info, "running"), 1U);
  EXPECT_EQ(answer.number(DetailKind::receive_ring, "block_count"), 8U);
  EXPECT_EQ(answer.number(DetailKind::transmit_ring, "block_size"), 4096U);
  EXPECT_EQ(answer.number(DetailKind::fanout, "id"), 9U);
  EXPECT_EQ(answer.number(DetailKind::fanout, "type"), 1U);
  const auto members =
      answer.asking.details.list<portscope::PacketMembership>(answer.socket().details, DetailKind::packet_memberships);
  ASSERT_THAT(members, SizeIs(2));
  EXPECT_EQ(members[0].type, 1) << "promiscuous";
  EXPECT_EQ(members[1].interface, 3U);
}

TEST(PacketDiag, OfAFilterTheInstructionsAreCounted) {
  EXPECT_EQ(PacketAnswer({full_packet_row()}).number(DetailKind::filter, "filter_instructions"), 3U);
  EXPECT_EQ(PacketAnswer({fake::row_of(packet_message())}).number(DetailKind::filter, "filter_instructions"), 0U)
      << "none";
  const auto hidden = with(fake::row_of(packet_message()), PACKET_DIAG_FILTER, "");
  EXPECT_EQ(PacketAnswer({hidden}).number(DetailKind::filter, "filter_instructions"), std::nullopt)
      << "empty for those without CAP_NET_ADMIN, filter or not";
  const auto cut = with(fake::row_of(packet_message()), PACKET_DIAG_FILTER, std::string(sizeof(sock_filter) + 7, 'f'));
  EXPECT_EQ(PacketAnswer({cut}).number(DetailKind::filter, "filter_instructions"), 1U);
}

TEST(PacketDiag, MemoryIsKeptOnlyWhenAskedFor) {
  EXPECT_FALSE(PacketAnswer({full_packet_row()}).has(DetailKind::memory));
  const PacketAnswer asked({full_packet_row()}, {Need::memory});
  EXPECT_EQ(asked.number(DetailKind::memory, "receive_limit"), 101U);
}

TEST(PacketDiag, TypesAreThoseOfSocket2) {
  for (const auto& [number, type] :
       {std::pair{std::uint32_t{SOCK_RAW}, SocketType::raw}, std::pair{std::uint32_t{SOCK_DGRAM}, SocketType::datagram},
        std::pair{family_of_old, SocketType::packet}}) {
    auto row = packet_message();
    row.pdiag_type = static_cast<std::uint8_t>(number);
    EXPECT_EQ(PacketAnswer({fake::row_of(row)}).socket().type, type);
  }
}

TEST(PacketDiag, EverythingIsAskedForInOneRequest) {
  const PacketAnswer answer({});
  ASSERT_THAT(answer.asking.diag.asked, SizeIs(1));
  const auto& body = answer.asking.diag.asked[0].body;
  ASSERT_THAT(body, SizeIs(sizeof(packet_diag_req)));
  const auto request = sys::copy_from<packet_diag_req>(sys::Bytes(body));
  EXPECT_EQ(request.sdiag_family, AF_PACKET);
  EXPECT_EQ(request.sdiag_protocol, 0) << "else EINVAL";
  EXPECT_EQ(request.pdiag_show, 0x3fU);
}

TEST(PacketDiag, WhatIsNotWantedLeavesNothingBehind) {
  Asking asking;
  asking.request.selection.transports = {Transport::tcp};
  asking.request.needs = {Need::memory};
  asking.diag.script(AF_PACKET, 0, {{{full_packet_row(), full_packet_row()}}});
  const auto pass = asking.dump(Transport::packet);
  EXPECT_THAT(pass.rows, IsEmpty());
  EXPECT_EQ(pass.counted, 2U) << "wanted or not";
  EXPECT_EQ(asking.details.add({}, DetailKind::mark, {}), DetailId{1}) << "the first detail of all";
}

TEST(PacketDiag, ARowCutAnywhereIsReadNoFurther) {
  const auto rows = fake::beginnings_of(full_packet_row());
  const PacketAnswer answer(rows, {Need::memory});
  EXPECT_THAT(answer.pass.rows, SizeIs(rows.size() - sizeof(packet_diag_msg)));
  for (const Socket& socket : answer.pass.rows) EXPECT_EQ(socket.inode, 777U);
}

TEST(PacketDiag, AnErrorVoidsThePassAndSeveralPiecesAreNotWhole) {
  Asking asking;
  asking.diag.script(AF_PACKET, 0, {{{}, true}, {{}, false}, {{full_packet_row()}, true, EINTR}});
  EXPECT_TRUE(asking.dump(Transport::packet).whole);
  EXPECT_FALSE(asking.dump(Transport::packet).whole);
  EXPECT_EQ(asking.dump(Transport::packet).error, EINTR);
}

}  // namespace
