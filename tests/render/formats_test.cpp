// SPDX-License-Identifier: MIT
// Whole answers of every format, compared with the files in tests/golden.
#include "render/formats.hpp"

#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>

#include "portscope/summary.hpp"
#include "render/summary.hpp"
#include "render/text.hpp"
#include "render/time.hpp"
#include "support/golden.hpp"
#include "support/sample_snapshot.hpp"
#include "support/sockets.hpp"

namespace {

using portscope::Snapshot;
using render::Layout;
using render::View;

class Golden : public testing::Test {
 protected:
  const Snapshot snapshot = sample::snapshot();
  View listeners = sample::view(snapshot, Layout::listeners);
  View sockets = sample::view(snapshot, Layout::sockets);
};

TEST_F(Golden, ListenersPiped) { EXPECT_TRUE(golden::matches(sample::in_format("table", listeners), "listeners.txt")); }
TEST_F(Golden, SocketsPiped) { EXPECT_TRUE(golden::matches(sample::in_format("table", sockets), "sockets.txt")); }

TEST_F(Golden, OnATerminalOf80Columns) {
  listeners.look.width = sockets.look.width = 80;
  sockets.look.footer = true;
  EXPECT_TRUE(golden::matches(sample::in_format("table", listeners), "listeners-80.txt"));
  EXPECT_TRUE(golden::matches(sample::in_format("table", sockets), "sockets-80.txt"));
}

TEST_F(Golden, OnATerminalOf40Columns) {
  listeners.look.width = 40;
  EXPECT_TRUE(golden::matches(sample::in_format("table", listeners), "listeners-40.txt"));
}

TEST_F(Golden, OnANarrowTerminalIsShownWhereTheSocketsAre) {
  for (const unsigned width : {20U, 30U, 39U}) {
    listeners.look.width = sockets.look.width = width;
    for (const auto& view : {listeners, sockets}) {
      const std::string table = sample::in_format("table", view);
      EXPECT_NE(table.substr(0, table.find('\n')).find("LOCAL"), std::string::npos) << table;
    }
  }
}

TEST_F(Golden, InColor) {
  listeners.look.color = true;
  EXPECT_TRUE(golden::matches(sample::in_format("table", listeners), "listeners-color.txt"));
}

TEST_F(Golden, Json) {
  View view = sample::view(snapshot, Layout::json);
  EXPECT_TRUE(golden::matches(sample::in_format("json", view), "sockets.json"));
  EXPECT_TRUE(golden::matches(sample::in_format("jsonl", view), "sockets.jsonl"));
  view.look.json = render::JsonStyle::indented;
  EXPECT_TRUE(golden::matches(sample::in_format("json", view), "sockets-pretty.json"));
}

TEST_F(Golden, SeparatedValues) {
  const View view = sample::view(snapshot, Layout::flat);
  EXPECT_TRUE(golden::matches(sample::in_format("csv", view), "sockets.csv"));
  EXPECT_TRUE(golden::matches(sample::in_format("tsv", view), "sockets.tsv"));
}

TEST_F(Golden, Summary) {
  const auto summary = portscope::summarize(snapshot);
  const auto table = sample::written([&](const auto& sink) { render::write_summary(summary, snapshot, {}, sink); });
  EXPECT_TRUE(golden::matches(table, "summary.txt"));
  const auto json = sample::written([&](const auto& sink) { render::write_summary_json(summary, snapshot, {}, sink); });
  EXPECT_TRUE(golden::matches(json, "summary.json"));
}

TEST_F(Golden, ChosenColumnsOfOwners) {
  View view = sockets;
  view.columns_chosen = true;
  view.columns = {render::find_column("local"), render::find_column("exe"), render::find_column("cmdline")};
  EXPECT_TRUE(golden::matches(sample::in_format("table", view), "commands.txt"));
  EXPECT_TRUE(golden::matches(sample::in_format("jsonl", view), "commands.jsonl"));
}

/// Every byte that could reach a terminal: no format may pass on what steers one.
TEST_F(Golden, NoFormatLetsHostileNamesThrough) {
  for (const render::Format& format : render::formats()) {
    std::string text = sample::in_format(format.name, sample::view(snapshot, format.layout));
    std::erase(text, '\n');
    if (format.name == "tsv") std::erase(text, '\t');
    for (std::string_view rest = text; !rest.empty();) {
      const auto point = render::next_codepoint(rest);
      ASSERT_TRUE(render::is_printable(point.value)) << format.name << ": " << std::hex << point.value;
      rest.remove_prefix(point.length);
    }
  }
}

TEST_F(Golden, EveryFormatHasOneLineForEachSocket) {
  for (const char* name : {"jsonl", "csv", "tsv", "table"}) {
    View view = sample::view(snapshot, render::find_format(name)->layout);
    view.look.header = false;
    const std::string text = sample::in_format(name, view);
    EXPECT_EQ(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')), snapshot.sockets.size()) << name;
  }
}

TEST(Table, CutsNothingWhenPiped) {
  const Snapshot snapshot = sample::snapshot();
  const std::string text = sample::in_format("table", sample::view(snapshot, Layout::sockets));
  EXPECT_EQ(text.find("…"), std::string::npos);
  EXPECT_NE(text.find("nginx(812,813,814,815)"), std::string::npos);
}

TEST(Table, NeverWiderThanTheTerminal) {
  const Snapshot snapshot = sample::snapshot();
  for (const Layout layout : {Layout::listeners, Layout::sockets}) {
    View view = sample::view(snapshot, layout);
    for (unsigned width = 1; width <= 200; ++width) {
      view.look.width = width;
      const std::string text = sample::in_format("table", view);
      for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = text.find('\n', begin);
        ASSERT_LE(render::display_width(std::string_view(text).substr(begin, end - begin)), width);
        begin = end + 1;
      }
    }
  }
}

TEST(Table, KeepsNoTextOfItsRows) {
  Snapshot snapshot;
  snapshot.sockets.assign(10'000, fake::connection(fake::end("10.0.0.1", 80), fake::end("10.0.0.2", 40000)));
  const View view = sample::view(snapshot, Layout::sockets);
  const std::size_t before = mallinfo2().uordblks;
  std::size_t most = 0;
  render::write_table(view, [&](std::string_view) { most = std::max(most, std::size_t{mallinfo2().uordblks}); });
  EXPECT_LT(most, before + 1'000'000);
}

TEST(Table, LeavesOutColumnsThatNoRowFillsUnlessTheyWereChosen) {
  Snapshot snapshot = sample::snapshot();
  snapshot.sockets.resize(1);
  View view = sample::view(snapshot, Layout::sockets);
  EXPECT_EQ(sample::in_format("table", view).find("PEER"), std::string::npos);
  view.columns_chosen = true;
  EXPECT_NE(sample::in_format("table", view).find("PEER"), std::string::npos);
}

TEST(Table, TellsWhatItLeftOutOnlyWhenAsked) {
  const Snapshot snapshot = sample::snapshot();
  View view = sample::view(snapshot, Layout::sockets);
  EXPECT_EQ(sample::in_format("table", view).find("not shown"), std::string::npos);
  view.look.footer = true;
  EXPECT_NE(sample::in_format("table", view).find("17 in time_wait not shown"), std::string::npos);
}

TEST(Json, AnEmptySnapshotIsADocument) {
  Snapshot snapshot;
  const std::string text = sample::in_format("json", sample::view(snapshot, Layout::json));
  EXPECT_NE(text.find(R"("complete":true,"gaps":[],"sockets":[]})"), std::string::npos) << text;
  EXPECT_EQ(sample::in_format("jsonl", sample::view(snapshot, Layout::json)), "");
}

TEST(Formats, NamesAreFoundExactly) {
  for (const render::Format& format : render::formats()) EXPECT_EQ(render::find_format(format.name), &format);
  EXPECT_EQ(render::find_format("JSON"), nullptr);
  EXPECT_EQ(render::find_format(""), nullptr);
  EXPECT_EQ(render::formats().front().name, "table");
}

TEST(Rfc3339, IsUtcToTheMicrosecond) {
  EXPECT_EQ(render::rfc3339(sample::snapshot().time), "2026-01-02T03:04:05.678901Z");
  EXPECT_EQ(render::rfc3339(portscope::Time{}), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(render::rfc3339(portscope::Time{std::chrono::microseconds(-1)}), "1969-12-31T23:59:59.999999Z");
}

}  // namespace
