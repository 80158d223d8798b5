// SPDX-License-Identifier: MIT
#include "portscope/kernel_structs.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <set>
#include <string>

#include "portscope/detail_types.hpp"

namespace {

using portscope::DetailKind;
using portscope::fields_of;
using portscope::StructField;
using portscope::value_of;
using Bytes = std::vector<std::byte>;

std::vector<DetailKind> all_kinds() {
  std::vector<DetailKind> kinds;
  for (int i = 0; i <= static_cast<int>(DetailKind::set_options); ++i) kinds.push_back(static_cast<DetailKind>(i));
  return kinds;
}

const StructField& field_of(DetailKind kind, std::string_view name) {
  const auto fields = fields_of(kind);
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const auto& field) { return field.name == name; });
  if (found == fields.end()) throw std::logic_error("no field " + std::string(name));
  return *found;
}

/// The bits that a field takes, counted from the start of the struct.
std::pair<unsigned, unsigned> extent_of(const StructField& field) {
  const unsigned begin = field.offset * 8U + field.shift;
  return {begin, begin + (field.bits != 0 ? field.bits : field.size * 8U)};
}

/// Ones in every byte: no value by which the kernel says that it does not know.
Bytes filled(std::size_t size) { return Bytes(size, std::byte{1}); }

TEST(KernelStructs, NoFieldLiesOnAnother) {
  for (const DetailKind kind : all_kinds()) {
    std::vector<std::pair<unsigned, unsigned>> taken;
    for (const StructField& field : fields_of(kind)) taken.push_back(extent_of(field));
    std::sort(taken.begin(), taken.end());
    for (std::size_t i = 1; i < taken.size(); ++i) {
      EXPECT_LE(taken[i - 1].second, taken[i].first) << static_cast<int>(kind) << " at byte " << taken[i].first / 8;
    }
  }
}

// A field is as C lays it out: a number where its size divides the offset, and bits within their number.
TEST(KernelStructs, FieldsLieWhereACompilerPutsThem) {
  for (const DetailKind kind : all_kinds()) {
    std::set<std::string_view> names;
    for (const StructField& field : fields_of(kind)) {
      EXPECT_TRUE(field.size == 1 || field.size == 2 || field.size == 4 || field.size == 8) << field.name;
      EXPECT_EQ(field.offset % field.size, 0) << field.name;
      EXPECT_LE(field.shift + field.bits, field.size * 8) << field.name;
      EXPECT_TRUE(field.shift == 0 || field.bits != 0) << field.name << " is shifted, but by how much?";
      EXPECT_EQ(field.meaning == StructField::Meaning::word, !field.words.empty()) << field.name;
      EXPECT_EQ(field.meaning == StructField::Meaning::flag, field.bits == 1) << field.name;
      EXPECT_TRUE(names.insert(field.name).second) << field.name << " is there twice";
    }
  }
}

TEST(KernelStructs, AFieldIsThereFromItsLastByteOn) {
  for (const DetailKind kind : all_kinds()) {
    for (const StructField& field : fields_of(kind)) {
      const std::size_t whole = field.offset + field.size;
      EXPECT_FALSE(has_field(field, filled(whole - 1))) << field.name;
      EXPECT_EQ(value_of(field, filled(whole - 1)), std::nullopt) << field.name << ": a byte short";
      EXPECT_TRUE(has_field(field, filled(whole))) << field.name;
      EXPECT_NE(value_of(field, filled(whole)), std::nullopt) << field.name;
      EXPECT_EQ(value_of(field, filled(whole)), value_of(field, filled(whole + 100))) << field.name << ": longer";
    }
  }
}

TEST(KernelStructs, ATcpInfoOfAnyLengthTellsWhatItHas) {
  for (std::size_t size = 0; size <= 400; ++size) {
    const Bytes bytes = filled(size);
    for (const StructField& field : fields_of(DetailKind::tcp_info)) {
      const bool is_there = size >= std::size_t{field.offset} + field.size;
      ASSERT_EQ(value_of(field, bytes).has_value(), is_there) << field.name << " of " << size << " bytes";
    }
  }
}

// Netlink aligns to 4 bytes, a detail may lie anywhere.
TEST(KernelStructs, AlignmentDoesNotMatter) {
  Bytes bytes(300);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(i);
  for (std::size_t shift = 1; shift < 8; ++shift) {
    const Bytes moved(bytes.begin() + static_cast<std::ptrdiff_t>(shift), bytes.end());
    for (const StructField& field : fields_of(DetailKind::tcp_info)) {
      const auto here = portscope::DetailStore::Bytes(bytes).subspan(shift);
      EXPECT_EQ(value_of(field, here), value_of(field, moved)) << field.name;
    }
  }
}

/// What the field says where all its bytes are `byte`.
std::optional<std::uint64_t> where_all_are(std::byte byte, DetailKind kind, std::string_view name) {
  const StructField& field = field_of(kind, name);
  return value_of(field, Bytes(std::size_t{field.offset} + field.size, byte));
}

TEST(KernelStructs, WhatTheKernelDoesNotKnowIsNoNumber) {
  constexpr std::byte all_ones{0xff};
  constexpr std::byte zero{0};
  for (const auto name : {"rto_us", "rtt_us", "rcv_rtt_us", "last_ack_sent_ms"}) {
    EXPECT_EQ(where_all_are(zero, DetailKind::tcp_info, name), std::nullopt) << name;
  }
  for (const auto name : {"pacing_rate", "max_pacing_rate", "min_rtt_us"}) {
    EXPECT_EQ(where_all_are(all_ones, DetailKind::tcp_info, name), std::nullopt) << name;
  }
  EXPECT_EQ(where_all_are(all_ones, DetailKind::bbr, "min_rtt_us"), std::nullopt);
  EXPECT_EQ(where_all_are(all_ones, DetailKind::filter, "filter_instructions"), std::nullopt) << "ours";
  EXPECT_EQ(where_all_are(zero, DetailKind::tcp_info, "min_rtt_us"), 0U) << "that is a time";
  EXPECT_EQ(where_all_are(all_ones, DetailKind::tcp_info, "bytes_sent"), UINT64_MAX) << "and that an amount";
}

// TCP_INFINITE_SSTHRESH of include/net/tcp.h, and what net/ipv4/tcp_vegas.c begins with.
TEST(KernelStructs, TheLargestSignedNumberIsNoneWhereItStandsForInfinity) {
  constexpr std::uint32_t infinite = 0x7fffffff;
  for (const auto& [kind, name] :
       {std::pair{DetailKind::tcp_info, "snd_ssthresh"}, std::pair{DetailKind::vegas, "rtt_us"},
        std::pair{DetailKind::vegas, "min_rtt_us"}}) {
    const StructField& field = field_of(kind, name);
    Bytes bytes(field.offset);
    const auto number = std::as_bytes(std::span(&infinite, 1));
    bytes.insert(bytes.end(), number.begin(), number.end());
    EXPECT_EQ(value_of(field, bytes), std::nullopt) << name;
    bytes[field.offset] = std::byte{7};
    EXPECT_NE(value_of(field, bytes), std::nullopt) << name;
  }
}

TEST(KernelStructs, BitsAreTakenOutOfTheirNumber) {
  constexpr StructField bits{.name = "bits", .offset = 1, .size = 2, .shift = 3, .bits = 5};
  for (unsigned value = 0; value < 32; ++value) {
    for (const unsigned around : {0U, 0xff07U}) {
      const auto number = static_cast<std::uint16_t>(around | value << 3U);
      Bytes bytes(3);
      std::memcpy(&bytes[1], &number, sizeof number);
      EXPECT_EQ(value_of(bits, bytes), value) << "whatever stands beside";
    }
  }
}

TEST(KernelStructs, UnknownNamesAndKindsWithoutATableHaveNoValue) {
  EXPECT_EQ(value_of(DetailKind::tcp_info, "no_such_field", filled(300)), std::nullopt);
  EXPECT_EQ(value_of(DetailKind::congestion, "rtt_us", filled(300)), std::nullopt);
  for (const DetailKind kind : {DetailKind::congestion, DetailKind::ulp, DetailKind::tls, DetailKind::subflow,
                                DetailKind::subflows, DetailKind::unix_file, DetailKind::tipc}) {
    EXPECT_TRUE(fields_of(kind).empty()) << static_cast<int>(kind) << " is no struct of the kernel";
  }
}

TEST(KernelStructs, ATimerOfOursIsReadByItsTable) {
  const portscope::Timer timer{2, 3, 70000};
  const auto bytes = std::as_bytes(std::span(&timer, 1));
  EXPECT_EQ(value_of(DetailKind::timer, "kind", bytes), 2U);
  EXPECT_EQ(value_of(DetailKind::timer, "retransmits", bytes), 3U);
  EXPECT_EQ(value_of(DetailKind::timer, "expires_ms", bytes), 70000U);
}

}  // namespace
