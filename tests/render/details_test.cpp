// SPDX-License-Identifier: MIT
#include "render/details.hpp"

#include <gtest/gtest.h>

#include "support/detailed_socket.hpp"

namespace {

using fake::DetailedSocket;
using portscope::DetailKind;
using render::Cell;
using render::DetailReader;
using render::Object;
using render::Statements;

const Cell& member(const Object& object, std::string_view name) {
  for (const auto& member : object.members) {
    if (member.name == name) return member.value;
  }
  throw std::logic_error("no member " + std::string(name));
}

bool has_member(const Object& object, std::string_view name) {
  for (const auto& member : object.members) {
    if (member.name == name) return true;
  }
  return false;
}

Object fields(const DetailedSocket& detailed, DetailKind kind) {
  Object object;
  DetailReader(detailed.snapshot, detailed.socket).append_fields(object, kind);
  return object;
}

TEST(DetailReader, WhatThisKernelDoesNotHaveIsNoMember) {
  DetailedSocket detailed;
  detailed.add_text(DetailKind::tcp_info, std::string(72, '\1'));  // as far as the round-trip time
  const Object object = fields(detailed, DetailKind::tcp_info);
  EXPECT_TRUE(has_member(object, "rtt_us"));
  EXPECT_FALSE(has_member(object, "rttvar_us"));
  EXPECT_FALSE(has_member(object, "rcv_wnd"));
}

TEST(DetailReader, WhatThisKernelDoesNotKnowIsAMemberWithoutAValue) {
  DetailedSocket detailed;
  detailed.add_text(DetailKind::tcp_info, std::string(72, '\0'));
  const Object object = fields(detailed, DetailKind::tcp_info);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(member(object, "rtt_us")));
  EXPECT_EQ(std::get<std::uint64_t>(member(object, "unacked")), 0U) << "zero means zero";
}

TEST(DetailReader, AFieldIsWhatItMeans) {
  DetailedSocket detailed;
  std::string info(280, '\0');
  info[1] = 3;         // ca_state
  info[5] = 1;         // options
  info[276] = '\x1f';  // accecn_flags
  detailed.add_text(DetailKind::tcp_info, info);
  const Object object = fields(detailed, DetailKind::tcp_info);
  EXPECT_EQ(std::get<render::Word>(member(object, "ca_state")).text, "recovery");
  EXPECT_TRUE(std::get<bool>(member(object, "timestamps")));
  EXPECT_FALSE(std::get<bool>(member(object, "sack")));
  EXPECT_EQ(std::get<render::Hex>(member(object, "accecn_flags")).value, 0x1fU);
}

TEST(DetailReader, AWordOfTomorrowIsItsNumber) {
  DetailedSocket detailed;
  detailed.add_text(DetailKind::tcp_info, std::string_view("\1\5", 2));
  EXPECT_EQ(std::get<std::uint64_t>(member(fields(detailed, DetailKind::tcp_info), "ca_state")), 5U);
}

TEST(DetailReader, ObjectsAreNestedOnlyWhenThereAreAny) {
  DetailedSocket detailed;
  detailed.add(DetailKind::xdp_receive_ring, std::uint32_t{64});
  const DetailReader reader(detailed.snapshot, detailed.socket);
  Object object;
  reader.append_nested(object, "receive_ring", DetailKind::xdp_receive_ring);
  reader.append_nested(object, "transmit_ring", DetailKind::xdp_transmit_ring);
  ASSERT_EQ(object.members.size(), 1U);
  EXPECT_EQ(std::get<std::uint64_t>(member(std::get<Object>(object.members[0].value), "entries")), 64U);
}

TEST(DetailReader, WithoutDetailsThereIsNothing) {
  const DetailedSocket detailed;
  const DetailReader reader(detailed.snapshot, detailed.socket);
  EXPECT_FALSE(reader.has(DetailKind::tcp_info));
  EXPECT_EQ(reader.number(DetailKind::tcp_info, "rtt_us"), std::nullopt);
  EXPECT_EQ(reader.text(DetailKind::ulp), "");
  EXPECT_TRUE(fields(detailed, DetailKind::tcp_info).members.empty());
}

TEST(Statements, ArePartedByCommasAndNothingIsLeftForNothing) {
  Statements line;
  line.add_count("none", std::nullopt);
  line.add_count("zero", 0U);
  line.add("first");
  line.add_amount("nothing", 0U);
  line.add_count("count", 12U);
  line.add_amount("amount", 2048U);
  line.next().append("last");
  EXPECT_EQ(line.take(), "first, count 12, amount 2.0K, last");
  EXPECT_EQ(Statements().take(), "");
}

}  // namespace
