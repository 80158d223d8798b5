// SPDX-License-Identifier: MIT
#include "collect/fingerprints.hpp"

#include <gtest/gtest.h>

#include <array>

namespace {

using collect::Fingerprints;

TEST(Fingerprints, ContainWhatIsGivenHoweverMany) {
  constexpr std::uint64_t spread = 0x9e3779b97f4a7c15U;
  for (const auto count : std::to_array<std::uint64_t>({0, 1, 2, 3, 64, 10'000})) {
    std::vector<std::uint64_t> given;
    for (std::uint64_t i = 1; i <= count; ++i) given.push_back(i * spread);
    const Fingerprints prints(given);
    for (std::uint64_t i = 1; i <= count; ++i) EXPECT_TRUE(prints.contains(i * spread)) << i << " of " << count;
    for (std::uint64_t i = 1; i <= 100; ++i)
      EXPECT_FALSE(prints.contains((count + i) * spread)) << i << " of " << count;
  }
  EXPECT_FALSE(Fingerprints().contains(spread));
}

TEST(Fingerprints, ThoseThatWantTheSamePlaceStandBehindEachOther) {
  constexpr std::uint64_t last_place = ~std::uint64_t{0};
  std::vector<std::uint64_t> given;
  for (std::uint64_t i = 0; i < 40; i += 2) given.push_back(last_place - i);
  const Fingerprints prints(given);
  for (std::uint64_t i = 0; i < 40; ++i) EXPECT_EQ(prints.contains(last_place - i), i % 2 == 0) << i;
}

TEST(Fingerprints, MayBeZero) {
  EXPECT_FALSE(Fingerprints({~std::uint64_t{0}}).contains(0));
  EXPECT_TRUE(Fingerprints({0}).contains(0));
}

TEST(Fingerprints, MayBeGivenTwice) {
  const Fingerprints prints(std::vector<std::uint64_t>(1000, 7));
  EXPECT_TRUE(prints.contains(7));
  EXPECT_FALSE(prints.contains(8));
}

}  // namespace
