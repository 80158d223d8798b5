// SPDX-License-Identifier: MIT
#include "render/quantity.hpp"

#include <gtest/gtest.h>

namespace {

std::string amount(std::uint64_t number) {
  std::string out;
  render::append_amount(out, number);
  return out;
}
std::string milliseconds(std::uint64_t number) {
  std::string out;
  render::append_duration_ms(out, number);
  return out;
}
std::string microseconds(std::uint64_t number) {
  std::string out;
  render::append_duration_us(out, number);
  return out;
}

constexpr std::uint64_t K = 1024;

TEST(Amount, SmallOnesAreExact) {
  EXPECT_EQ(amount(0), "0");
  EXPECT_EQ(amount(832), "832");
  EXPECT_EQ(amount(1023), "1023");
}

TEST(Amount, LargeOnesHaveAUnit) {
  EXPECT_EQ(amount(K), "1.0K");
  EXPECT_EQ(amount(K + K / 2), "1.5K");
  EXPECT_EQ(amount(212992), "208K");
  EXPECT_EQ(amount(K * K), "1.0M");
  EXPECT_EQ(amount(12 * K * K), "12M");
  EXPECT_EQ(amount(K * K * K), "1.0G");
  EXPECT_EQ(amount(K * K * K * K), "1.0T");
  EXPECT_EQ(amount(K * K * K * K * K), "1.0P");
  EXPECT_EQ(amount(UINT64_MAX), "16E");
}

TEST(Amount, ADigitAfterThePointOnlyBelowTen) {
  EXPECT_EQ(amount(10188), "9.9K");
  EXPECT_EQ(amount(10189), "10K") << "9.95 K";
  EXPECT_EQ(amount(10 * K), "10K");
}

// 1048575 bytes are 1023.999 K, which must not read as 1024K.
TEST(Amount, WhatRoundsUpToAUnitIsOne) {
  std::uint64_t unit = K;
  for (const char* next : {"1.0M", "1.0G", "1.0T", "1.0P", "1.0E"}) {
    unit *= K;
    EXPECT_EQ(amount(unit - 1), next);
  }
}

TEST(Amount, AboveAUnitNoNumberIsLongerThanFourDigits) {
  for (std::uint64_t number = K; number < UINT64_MAX / 3; number = number / 2 * 3 + 1) {
    const std::string text = amount(number);
    EXPECT_LE(text.size(), 5U) << text;
    EXPECT_NE(std::string_view("KMGTPE").find(text.back()), std::string_view::npos) << text;
  }
}

TEST(Milliseconds, TwoUnitsAtMost) {
  EXPECT_EQ(milliseconds(0), "0ms");
  EXPECT_EQ(milliseconds(204), "204ms");
  EXPECT_EQ(milliseconds(999), "999ms");
  EXPECT_EQ(milliseconds(1000), "1.0s");
  EXPECT_EQ(milliseconds(2500), "2.5s");
  EXPECT_EQ(milliseconds(45000), "45s");
  EXPECT_EQ(milliseconds(60000), "1m");
  EXPECT_EQ(milliseconds(119999), "1m59s");
  EXPECT_EQ(milliseconds(3600000), "1h");
  EXPECT_EQ(milliseconds(11520000), "3h12m");
  EXPECT_EQ(milliseconds(86400000), "1d");
  EXPECT_EQ(milliseconds(446400000), "5d4h");
  EXPECT_EQ(milliseconds(UINT32_MAX), "49d17h") << "the most that the kernel can say";
}

TEST(Milliseconds, NoSecondIsSixty) {
  EXPECT_EQ(milliseconds(59499), "59s");
  EXPECT_EQ(milliseconds(59999), "59s") << "as in 1m59s, what is not full does not count";
}

TEST(Microseconds, AreToldAsMilliseconds) {
  EXPECT_EQ(microseconds(100), "0.10ms");
  EXPECT_EQ(microseconds(1234), "1.2ms");
  EXPECT_EQ(microseconds(12345), "12.3ms");
  EXPECT_EQ(microseconds(250000), "250ms");
  EXPECT_EQ(microseconds(1500000), "1.5s");
  EXPECT_EQ(microseconds(UINT64_MAX), "213503982d8h");
}

TEST(Microseconds, BelowATenthOfAMillisecondStayWhatTheyAre) {
  EXPECT_EQ(microseconds(0), "0us");
  EXPECT_EQ(microseconds(4), "4us") << "0.00ms would be no time at all";
  EXPECT_EQ(microseconds(99), "99us");
}

TEST(Microseconds, LosePrecisionWhereItDoesNotMatter) {
  EXPECT_EQ(microseconds(99949), "99.9ms");
  EXPECT_EQ(microseconds(99950), "100ms");
  EXPECT_EQ(microseconds(995), "0.99ms");
  EXPECT_EQ(microseconds(999499), "999ms");
}

}  // namespace
