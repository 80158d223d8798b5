// SPDX-License-Identifier: MIT
#include "render/grid.hpp"

#include <gtest/gtest.h>

#include "render/text.hpp"
#include "support/sample_snapshot.hpp"

namespace {

using render::Emphasis;
using render::Grid;
using render::Look;

std::string drawn(const Grid& grid, const Look& look) {
  return sample::written([&](const render::Sink& sink) { grid.write(look, sink); });
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

std::string without_blanks(std::string line) {
  std::erase(line, ' ');
  return line;
}

Look of_width(unsigned width) {
  Look look;
  look.width = width;
  return look;
}

Grid of_rows(std::vector<render::Heading> headings, const std::vector<std::string>& cells) {
  Grid grid(std::move(headings));
  for (const auto& cell : cells) grid.add(cell, Emphasis::plain);
  return grid;
}

Grid ordinary() {
  return of_rows({{"PROTO"}, {"LOCAL"}, {"PROCESS"}, {"QUEUE", true}},
                 {"tcp", "127.0.0.1:8080", "a-very-long-name-of-a-server(812,813,814 +12)", "129", "udp",
                  "[2001:db8:1111:2222:3333:4444:5555:6666]:51820", "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e(1)", "0"});
}

TEST(Grid, ColumnsAreAsWideAsTheirWidestCell) {
  const Grid grid = of_rows({{"A"}, {"LONG"}, {"N", true}}, {"xxx", "y", "1", "x", "yy", "100"});
  EXPECT_EQ(drawn(grid, {}),
            "A    LONG    N\n"
            "xxx  y       1\n"
            "x    yy    100\n");
}

TEST(Grid, CutsNothingWithoutAWidth) {
  const std::string long_text(500, 'x');
  const std::string out = drawn(of_rows({{"A"}, {"B"}}, {long_text, long_text}), {});
  EXPECT_NE(out.find(long_text + "  " + long_text + "\n"), std::string::npos);
  EXPECT_EQ(out.find("…"), std::string::npos);
}

TEST(Grid, WithoutAHeaderThereAreOnlyRows) {
  Look look;
  look.header = false;
  EXPECT_EQ(drawn(of_rows({{"VERY-LONG-HEADING"}, {"B"}}, {"x", "y"}), look), "x  y\n");
}

TEST(Grid, WideCharactersKeepTheColumnsStraight) {
  const Grid grid = of_rows({{"A"}, {"B"}}, {"\xe6\x97\xa5\xe6\x9c\xac", "1", "abcd", "2"});
  EXPECT_EQ(drawn(grid, {}), "A     B\n\xe6\x97\xa5\xe6\x9c\xac  1\nabcd  2\n");
}

TEST(Grid, NoLineIsWiderThanTheTerminal) {
  const Grid grid = ordinary();
  for (unsigned width = 1; width <= 200; ++width) {
    for (const auto& line : lines_of(drawn(grid, of_width(width)))) {
      ASSERT_LE(render::display_width(line), width) << line;
    }
  }
}

TEST(Grid, NoLineEndsInABlank) {
  const Grid grid = ordinary();
  for (unsigned width = 1; width <= 200; ++width) {
    for (const auto& line : lines_of(drawn(grid, of_width(width)))) {
      ASSERT_FALSE(line.ends_with(' ')) << width << ": '" << line << "'";
    }
  }
}

TEST(Grid, AnEmptyCellAtTheEndLeavesNoBlanks) { EXPECT_EQ(drawn(of_rows({{"A"}, {"B"}}, {"x", ""}), {}), "A  B\nx\n"); }

TEST(Grid, EveryCutIsMarked) {
  const Grid grid = ordinary();
  const auto whole = lines_of(drawn(grid, {}));
  for (unsigned width = 1; width <= 200; ++width) {
    const auto cut = lines_of(drawn(grid, of_width(width)));
    // A column without room is named in one more line.
    const bool names_what_is_missing = cut.size() == whole.size() + 1;
    ASSERT_TRUE(names_what_is_missing || cut.size() == whole.size());
    for (std::size_t i = 0; i < whole.size(); ++i) {
      if (!names_what_is_missing && without_blanks(cut[i]) != without_blanks(whole[i])) {
        ASSERT_NE(cut[i].find("…"), std::string::npos) << width << ": '" << cut[i] << "'";
      }
    }
  }
}

TEST(Grid, ColumnsWithoutRoomAreNamed) {
  const Grid grid = of_rows({{"AAAA"}, {"BBBB", false, render::Cut::end, true}, {"CCCC"}},
                            {std::string(22, 'x'), std::string(22, 'y'), std::string(12, 'z')});
  const std::string out = drawn(grid, of_width(40));
  EXPECT_NE(out.find("too narrow for BBBB\n"), std::string::npos) << out;
  EXPECT_EQ(out.find('y'), std::string::npos);
  EXPECT_NE(out.find(std::string(12, 'z')), std::string::npos);
  EXPECT_EQ(drawn(grid, of_width(60)).find("too narrow"), std::string::npos);
}

TEST(Grid, AnAddressIsCutInTheMiddleSoThatThePortStays) {
  const Grid grid =
      of_rows({{"LOCAL", false, render::Cut::middle}}, {"[2001:db8:1111:2222:3333:4444:5555:6666]:51820"});
  const std::string row = lines_of(drawn(grid, of_width(20))).at(1);
  EXPECT_EQ(row, "[2001:db8:111…:51820");
}

TEST(Grid, TheWidestColumnGivesWayFirst) {
  const Grid grid = of_rows({{"A"}, {"B"}}, {"short", std::string(100, 'x')});
  EXPECT_EQ(drawn(grid, of_width(20)), "A      B\nshort  " + std::string(12, 'x') + "…\n");
}

TEST(Grid, WhatFitsIsNotCut) {
  const Grid grid = of_rows({{"A"}, {"B"}}, {"12345", "12345"});
  EXPECT_EQ(drawn(grid, of_width(12)), "A      B\n12345  12345\n");
}

TEST(Grid, ColorsEndWhereTheyBegan) {
  Grid grid({{"A"}, {"B"}});
  grid.add("x", Emphasis::alarm);
  grid.add("y", Emphasis::faint);
  Look look;
  look.color = true;
  EXPECT_EQ(drawn(grid, look), "\033[1mA\033[0m  \033[1mB\033[0m\n\033[1;31mx\033[0m  \033[2my\033[0m\n");
  EXPECT_EQ(drawn(grid, {}), "A  B\nx  y\n");
}

TEST(Grid, WithoutRowsTheHeadingsStand) { EXPECT_EQ(drawn(Grid({{"A"}, {"B"}}), {}), "A  B\n"); }

TEST(Grid, WithoutColumnsNothingStands) { EXPECT_EQ(drawn(Grid({}), {}), ""); }

Grid with_notes() {
  Grid grid({{"A"}, {"B"}});
  grid.add("x", Emphasis::plain);
  grid.add("1", Emphasis::plain);
  grid.add_note("a note of some words");
  grid.add("y", Emphasis::plain);
  grid.add("2", Emphasis::plain);
  return grid;
}

TEST(GridNotes, StandBelowTheirRowIndented) {
  EXPECT_EQ(drawn(with_notes(), {}), "A  B\nx  1\n      a note of some words\ny  2\n");
}

TEST(GridNotes, AreWrappedNotCut) {
  EXPECT_EQ(drawn(with_notes(), of_width(14)), "A  B\nx  1\n      a note\n      of some\n      words\ny  2\n");
}

TEST(GridNotes, DoNotWidenAColumn) {
  Grid grid({{"A"}, {"B"}});
  grid.add("x", Emphasis::plain);
  grid.add("1", Emphasis::plain);
  grid.add_note(std::string(50, 'n'));
  EXPECT_EQ(lines_of(drawn(grid, {})).at(1), "x  1");
}

TEST(GridNotes, AnEmptyOneIsNoLine) {
  Grid grid({{"A"}});
  grid.add("x", Emphasis::plain);
  grid.add_note("");
  grid.add("y", Emphasis::plain);
  grid.add_note("of the second");
  EXPECT_EQ(drawn(grid, {}), "A\nx\ny\n      of the second\n");
}

TEST(GridNotes, NoLineIsWiderThanTheTerminal) {
  const Grid grid = with_notes();
  for (unsigned width = 1; width <= 60; ++width) {
    for (const auto& line : lines_of(drawn(grid, of_width(width)))) {
      ASSERT_LE(render::display_width(line), width) << line;
      ASSERT_FALSE(line.ends_with(' ')) << width << ": '" << line << "'";
    }
  }
}

}  // namespace
