// SPDX-License-Identifier: MIT
#include "portscope/details.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace {

using portscope::DetailId;
using portscope::DetailKind;
using portscope::DetailStore;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

struct Pair {
  std::uint32_t first = 0;
  std::uint32_t second = 0;

  bool operator==(const Pair&) const = default;
};

DetailStore::Bytes bytes_of(std::string_view text) { return std::as_bytes(std::span(text.data(), text.size())); }

TEST(DetailStore, AnEmptyOneHasNothing) {
  const DetailStore store;
  EXPECT_FALSE(store.find(DetailId::none, DetailKind::mark));
  EXPECT_FALSE(store.value<std::uint32_t>(DetailId::none, DetailKind::mark));
  EXPECT_THAT(store.list<std::uint32_t>(DetailId::none, DetailKind::unix_pending), IsEmpty());
  EXPECT_EQ(store.text(DetailId::none, DetailKind::ulp), "");
}

TEST(DetailStore, EachKindIsFoundAgain) {
  DetailStore store;
  DetailId id = store.add_value(DetailId::none, DetailKind::mark, std::uint32_t{7});
  id = store.add(id, DetailKind::congestion, bytes_of("cubic"));
  id = store.add_list(id, DetailKind::unix_pending, std::vector<std::uint32_t>{1, 2, 3});
  EXPECT_EQ(store.value<std::uint32_t>(id, DetailKind::mark), 7U);
  EXPECT_EQ(store.text(id, DetailKind::congestion), "cubic");
  EXPECT_THAT(store.list<std::uint32_t>(id, DetailKind::unix_pending), ElementsAre(1, 2, 3));
  EXPECT_FALSE(store.find(id, DetailKind::ulp));
}

TEST(DetailStore, TheNewestOfAKindWins) {
  DetailStore store;
  const DetailId first = store.add_value(DetailId::none, DetailKind::mark, std::uint32_t{1});
  const DetailId between = store.add_value(first, DetailKind::tos, std::uint8_t{9});
  const DetailId last = store.add_value(between, DetailKind::mark, std::uint32_t{2});
  EXPECT_EQ(store.value<std::uint32_t>(last, DetailKind::mark), 2U);
  EXPECT_EQ(store.value<std::uint8_t>(last, DetailKind::tos), 9U) << "what came before is still there";
  EXPECT_EQ(store.value<std::uint32_t>(between, DetailKind::mark), 1U) << "and who knows the older end sees it";
}

TEST(DetailStore, ASocketSeesOnlyItsOwn) {
  DetailStore store;
  DetailId one = store.add_value(DetailId::none, DetailKind::mark, std::uint32_t{1});
  DetailId other = store.add_value(DetailId::none, DetailKind::mark, std::uint32_t{2});
  one = store.add_value(one, DetailKind::class_id, std::uint32_t{10});
  other = store.add_value(other, DetailKind::tos, std::uint8_t{20});
  EXPECT_EQ(store.value<std::uint32_t>(one, DetailKind::mark), 1U);
  EXPECT_EQ(store.value<std::uint32_t>(other, DetailKind::mark), 2U);
  EXPECT_FALSE(store.find(one, DetailKind::tos));
  EXPECT_FALSE(store.find(other, DetailKind::class_id));
}

TEST(DetailStore, WhatTheKernelLeftOutIsZero) {
  DetailStore store;
  const DetailId id = store.add_value(DetailId::none, DetailKind::timer, std::uint32_t{5});
  EXPECT_EQ(store.value<Pair>(id, DetailKind::timer), (Pair{5, 0}));
  const DetailId odd = store.add(DetailId::none, DetailKind::timer, bytes_of(std::string_view("\5\0\0\0\7", 5)));
  EXPECT_EQ(store.value<Pair>(odd, DetailKind::timer)->first, 5U);
}

TEST(DetailStore, WhatALaterKernelAddsIsPassedOver) {
  DetailStore store;
  const DetailId id = store.add_value(DetailId::none, DetailKind::timer, Pair{5, 6});
  EXPECT_EQ(store.value<std::uint32_t>(id, DetailKind::timer), 5U);
  EXPECT_THAT(*store.find(id, DetailKind::timer), SizeIs(sizeof(Pair))) << "but it is kept";
}

TEST(DetailStore, AnEmptyPayloadIsADetailToo) {
  DetailStore store;
  const DetailId id = store.add(DetailId::none, DetailKind::timer, {});
  ASSERT_TRUE(store.find(id, DetailKind::timer));
  EXPECT_THAT(*store.find(id, DetailKind::timer), IsEmpty());
  EXPECT_EQ(store.value<Pair>(id, DetailKind::timer), Pair{});
  EXPECT_THAT(store.list<Pair>(id, DetailKind::timer), IsEmpty());
  EXPECT_EQ(store.text(id, DetailKind::timer), "");
}

TEST(DetailStore, HalfAnElementIsNone) {
  DetailStore store;
  const DetailId id = store.add_list(DetailId::none, DetailKind::unix_pending, std::vector<std::uint32_t>{1, 2, 3});
  EXPECT_THAT(store.list<Pair>(id, DetailKind::unix_pending), ElementsAre(Pair{1, 2}));
}

TEST(DetailStore, TextEndsAtItsFirstNulOrWhereThePayloadEnds) {
  DetailStore store;
  const DetailId with_nul = store.add(DetailId::none, DetailKind::ulp, bytes_of(std::string_view("tls\0x", 5)));
  EXPECT_EQ(store.text(with_nul, DetailKind::ulp), "tls");
  const DetailId without = store.add(DetailId::none, DetailKind::ulp, bytes_of("tls"));
  EXPECT_EQ(store.text(without, DetailKind::ulp), "tls");
  const DetailId nothing_else = store.add(DetailId::none, DetailKind::ulp, bytes_of(std::string_view("\0", 1)));
  EXPECT_EQ(store.text(nothing_else, DetailKind::ulp), "");
}

// A list of subflows or senders has no limit that an attribute of netlink has.
TEST(DetailStore, APayloadMayBeLong) {
  DetailStore store;
  DetailId id = store.add_value(DetailId::none, DetailKind::mark, std::uint32_t{7});
  id = store.add(id, DetailKind::ulp, bytes_of(std::string(70001, 'x')));
  id = store.add_value(id, DetailKind::tos, std::uint8_t{1});
  EXPECT_EQ(store.text(id, DetailKind::ulp), std::string(70001, 'x'));
  EXPECT_EQ(store.value<std::uint32_t>(id, DetailKind::mark), 7U);
  EXPECT_EQ(store.value<std::uint8_t>(id, DetailKind::tos), 1U);
}

TEST(DetailStore, ManySocketsKeepManyDetailsOfEveryLength) {
  constexpr std::uint32_t sockets = 20000;
  DetailStore store;
  std::vector<DetailId> ids(sockets, DetailId::none);
  for (std::uint32_t i = 0; i < sockets; ++i) {
    ids[i] = store.add(ids[i], DetailKind::congestion, bytes_of(std::string(i % 17, 'c')));
  }
  for (std::uint32_t i = 0; i < sockets; ++i) ids[i] = store.add_value(ids[i], DetailKind::mark, i);
  const DetailStore moved = std::move(store);
  for (std::uint32_t i = 0; i < sockets; ++i) {
    ASSERT_EQ(moved.value<std::uint32_t>(ids[i], DetailKind::mark), i);
    ASSERT_EQ(moved.text(ids[i], DetailKind::congestion), std::string(i % 17, 'c'));
  }
}

}  // namespace
