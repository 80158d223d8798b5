// SPDX-License-Identifier: MIT
#include "render/char_set.hpp"

#include <gtest/gtest.h>

namespace {

using render::CharSet;

TEST(CharSet, HasWhatItIsMadeOfAndNothingElse) {
  constexpr CharSet set("a\xff");
  EXPECT_TRUE(set.contains('a'));
  EXPECT_TRUE(set.contains('\xff'));
  EXPECT_FALSE(set.contains('b'));
  EXPECT_FALSE(set.contains('\0'));
}

TEST(CharSet, LooksThroughText) {
  constexpr CharSet digits("0123456789");
  EXPECT_EQ(digits.prefix_of("12a3"), 2U);
  EXPECT_EQ(digits.prefix_of(""), 0U);
  EXPECT_TRUE(digits.has_all_of("123"));
  EXPECT_FALSE(digits.has_all_of("12a"));
  EXPECT_TRUE(digits.occurs_in("abc1"));
  EXPECT_FALSE(digits.occurs_in("abc"));
}

TEST(CharSet, PrintableIsWhatAsciiShows) {
  constexpr CharSet set = CharSet::printable_but("\"");
  for (int byte = 0; byte < 256; ++byte) {
    EXPECT_EQ(set.contains(static_cast<char>(byte)), byte >= ' ' && byte <= '~' && byte != '"') << byte;
  }
}

}  // namespace
