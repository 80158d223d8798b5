// SPDX-License-Identifier: MIT
#include "collect/digit_sort.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace {

struct Item {
  std::uint32_t inode = 0;
  std::size_t place = 0;
  bool operator==(const Item&) const = default;
};

/// So many items, some of which share a number.
std::vector<Item> items(std::size_t count) {
  std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same every time
  std::vector<Item> result;
  result.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto number = static_cast<std::uint32_t>(random());
    result.push_back({i % 3 == 0 ? number % 100 : number, i});
  }
  return result;
}

TEST(DigitSort, FewAndManyComeOutAsFromAStableSort) {
  for (const std::size_t count : {0U, 1U, 100U, 4095U, 4096U, 20000U}) {
    auto sorted = items(count);
    auto expected = sorted;
    std::stable_sort(expected.begin(), expected.end(), [](const Item& a, const Item& b) { return a.inode < b.inode; });
    collect::sort_by_inode(sorted);
    EXPECT_TRUE(sorted == expected) << count;
  }
}

}  // namespace
