// SPDX-License-Identifier: MIT
// Rows that several CPUs write at the same time.
#include "render/parts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <numeric>
#include <stdexcept>

#include "render/formats.hpp"

namespace {

using portscope::Snapshot;
using portscope::Socket;
using testing::Each;
using testing::Ge;

/// More rows than one CPU writes at a time, in an order that is not theirs.
struct Many {
  Snapshot snapshot;
  render::View view;

  explicit Many(std::uint32_t count) {
    snapshot.sockets.resize(count);
    for (std::uint32_t row = 0; row < count; ++row) snapshot.sockets[row].inode = row + 1;
    view.snapshot = &snapshot;
    view.order.resize(count);
    std::iota(view.order.rbegin(), view.order.rend(), 0U);
    view.columns = {render::find_column("inode"), render::find_column("state")};
  }

  std::string written(void (*format)(const render::View&, const render::Sink&)) const {
    std::string all;
    format(view, [&](std::string_view piece) { all += piece; });
    return all;
  }
};

/// "20000\n19999\n ..."
std::string countdown(std::uint32_t from, const char* before, const char* after) {
  std::string text;
  for (; from > 0; --from) text.append(before).append(std::to_string(from)).append(after);
  return text;
}

constexpr std::uint32_t many = 50'001;

TEST(Parts, StandInTheOrderOfTheRows) {
  Many rows(many);
  rows.view.columns.pop_back();
  EXPECT_EQ(rows.written(render::write_csv), "inode\n" + countdown(many, "", "\n"));
}

TEST(Parts, OfAJsonArrayAreSeparatedOnce) {
  for (const std::uint32_t count : {0U, 1U, many}) {
    Many rows(count);
    rows.view.columns.pop_back();
    std::string items = countdown(count, R"({"inode":)", "},");
    if (!items.empty()) items.pop_back();
    const std::string json = rows.written(render::write_json);
    EXPECT_THAT(json, testing::EndsWith(R"("sockets":[)" + items + "]}\n")) << count;
  }
}

TEST(Parts, OfATableHaveTheSameWidths) {
  const Many rows(many);
  const std::string table = rows.written(render::write_table);
  std::vector<std::size_t> places;
  for (std::size_t begin = 0; begin < table.size(); begin = table.find('\n', begin) + 1) {
    const auto line = std::string_view(table).substr(begin, table.find('\n', begin) - begin);
    places.push_back(line.find_first_of("ceS"));  // closed, established, STATE
  }
  EXPECT_EQ(places.size(), many + 1U);
  EXPECT_THAT(places, Each(places.front()));
}

TEST(Parts, FewRowsArePutOutAtOnce) {
  const Many rows(3);
  for (const auto format : {render::write_table, render::write_csv, render::write_json, render::write_jsonl}) {
    int pieces = 0;
    format(rows.view, [&](std::string_view) { ++pieces; });
    EXPECT_EQ(pieces, 1) << "who reads a line and goes is not written to again";
  }
}

TEST(Parts, WhatASinkThrowsComesOut) {
  const Many rows(many);
  const auto full = [](std::string_view) { throw std::runtime_error("full"); };
  EXPECT_THROW(render::write_csv(rows.view, full), std::runtime_error);
}

TEST(SideBySide, EverythingIsDoneOnce) {
  constexpr std::size_t count = 7;
  std::array<std::atomic<int>, count> done{};
  render::side_by_side(count, [&](std::size_t number) { ++done.at(number); });
  EXPECT_TRUE(std::all_of(done.begin(), done.end(), [](const auto& times) { return times == 1; }));
}

TEST(SideBySide, WhatIsThrownComesOutWhenAllHaveEnded) {
  for (std::size_t thrower = 0; thrower < 3; ++thrower) {
    std::atomic<int> ended = 0;
    const auto work = [&](std::size_t number) {
      if (number == thrower) throw std::bad_alloc();
      ++ended;
    };
    EXPECT_THROW(render::side_by_side(3, work), std::bad_alloc);
    EXPECT_THAT(ended.load(), Ge(2)) << thrower;
  }
}

}  // namespace
