// SPDX-License-Identifier: MIT
#include "model/quantities.hpp"

#include <gtest/gtest.h>

namespace {

using portscope::MarkTest;
using portscope::read_amount;
using portscope::read_duration;
using portscope::read_hex;
using portscope::read_mark;

TEST(Amount, InStepsOf1024AsItIsShown) {
  EXPECT_EQ(read_amount("0"), 0U);
  EXPECT_EQ(read_amount("10K"), 10240U);
  EXPECT_EQ(read_amount("10k"), 10240U);
  EXPECT_EQ(read_amount("1.5M"), 1572864U);
  EXPECT_EQ(read_amount("2GiB"), 2147483648U);
  EXPECT_EQ(read_amount("2GB"), 2147483648U);
  EXPECT_EQ(read_amount("7B"), 7U);
  EXPECT_EQ(read_amount("18446744073709551615"), UINT64_MAX);
}

TEST(Amount, AnythingElseIsNone) {
  for (const char* text :
       {"", "K", ".5K", "1.2.3K", "-1", "10X", "1e3", "99999999999999999999", "1 K", "9999999999T"}) {
    EXPECT_EQ(read_amount(text), std::nullopt) << text;
  }
}

TEST(Duration, InMicroseconds) {
  EXPECT_EQ(read_duration("0"), 0U);
  EXPECT_EQ(read_duration("50us"), 50U);
  EXPECT_EQ(read_duration("50ms"), 50000U);
  EXPECT_EQ(read_duration("1.5s"), 1500000U);
  EXPECT_EQ(read_duration("2m"), 120000000U);
  EXPECT_EQ(read_duration("2min"), 120000000U);
  EXPECT_EQ(read_duration("1h"), 3600000000U);
  EXPECT_EQ(read_duration("1d"), 86400000000U);
}

TEST(Duration, NeedsAUnit) {
  for (const char* text : {"", "50", "ms", "5x", "-5ms", "1h30m"}) EXPECT_EQ(read_duration(text), std::nullopt) << text;
}

TEST(Hex, WithOrWithoutItsPrefix) {
  EXPECT_EQ(read_hex("23c4238"), 0x23c4238U);
  EXPECT_EQ(read_hex("0x23C4238"), 0x23c4238U);
  EXPECT_EQ(read_hex("0x"), std::nullopt);
  EXPECT_EQ(read_hex("12345678123456781"), std::nullopt);
}

TEST(Mark, HasAMaskOrAllBits) {
  EXPECT_EQ(read_mark("0x1/0xff"), (MarkTest{1, 0xff}));
  EXPECT_EQ(read_mark("16"), (MarkTest{16, UINT32_MAX}));
  for (const char* text : {"", "/1", "1/", "x", "0x1ffffffff", "-1"}) EXPECT_EQ(read_mark(text), std::nullopt) << text;
}

}  // namespace
