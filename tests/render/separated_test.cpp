// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/formats.hpp"
#include "support/sample_snapshot.hpp"
#include "support/sockets.hpp"

namespace {

using portscope::Snapshot;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// One listener held by processes of these names.
Snapshot held_by(const std::vector<std::string>& names) {
  Snapshot snapshot;
  snapshot.sockets = {fake::listener("127.0.0.1", 80)};
  snapshot.sockets[0].inode = 1;
  snapshot.sockets[0].owner_status = portscope::OwnerStatus::known;
  for (const auto& name : names) {
    portscope::Process process;
    process.pid = static_cast<std::int32_t>(snapshot.processes.size()) + 1;
    process.name = snapshot.strings.intern(name);
    process.command_line = process.name;
    snapshot.holders.push_back({1, static_cast<std::uint32_t>(snapshot.processes.size()), 3, 0});
    snapshot.processes.push_back(process);
  }
  return snapshot;
}

/// The one row, with these columns.
std::string row(const Snapshot& snapshot, const std::vector<const char*>& columns, const char* format = "csv") {
  render::View view;
  view.snapshot = &snapshot;
  view.order = {0};
  for (const char* name : columns) view.columns.push_back(render::find_column(name));
  view.look.header = false;
  return sample::in_format(format, view);
}

TEST(Csv, FieldsWithCommasAndQuotesAreQuoted) {
  EXPECT_EQ(row(held_by({"a", "b"}), {"name"}), "\"a,b\"\n");
  EXPECT_EQ(row(held_by({"a,b"}), {"name"}), "\"\"\"a,b\"\"\"\n") << "one name, so it has quotes of its own";
  EXPECT_EQ(row(held_by({"a\"b"}), {"name", "pid"}), "\"a\"\"b\",1\n");
  EXPECT_EQ(row(held_by({"plain"}), {"name", "pid"}), "plain,1\n");
}

TEST(Csv, ALineStaysALineWhateverTheNames) { EXPECT_EQ(row(held_by({"a\nb\rc\td"}), {"name"}), "a\\nb\\x0dc\\td\n"); }

TEST(Tsv, TabsInNamesAreEscaped) { EXPECT_EQ(row(held_by({"a\tb\"c"}), {"name", "pid"}, "tsv"), "a\\tb\"c\t1\n"); }

TEST(Csv, WhatASpreadsheetWouldRunIsDisarmed) {
  for (const char* name : {"=1+1", "+1", "-x", "@SUM(A1)"}) {
    EXPECT_THAT(row(held_by({name}), {"name"}), StartsWith("'")) << name;
    EXPECT_THAT(row(held_by({name}), {"cmdline"}), StartsWith("'")) << name;
  }
  EXPECT_THAT(row(held_by({"a=1"}), {"name"}), Not(StartsWith("'")));
  EXPECT_THAT(row(held_by({"x"}), {"local_port"}), Not(StartsWith("'")));
}

TEST(Csv, AnAbstractNameIsDisarmedToo) {
  Snapshot snapshot;
  auto socket = fake::unix_socket(1, snapshot.strings.intern("x"), portscope::State::listen);
  socket.local = portscope::UnixEndpoint{snapshot.strings.intern("x"), 1, true};
  snapshot.sockets = {socket};
  EXPECT_EQ(row(snapshot, {"local_address"}), "'@x\n");
}

TEST(Csv, NothingIsAnEmptyField) {
  Snapshot snapshot;
  snapshot.sockets = {fake::listener("127.0.0.1", 80)};
  EXPECT_EQ(row(snapshot, {"peer_address", "uid", "local_port", "type"}), ",,80,\n");
}

TEST(Csv, ANameThatIsADashIsNotNothing) { EXPECT_THAT(row(held_by({"-"}), {"name", "pid"}), Not(StartsWith(","))); }

TEST(Csv, APathThatIsADashIsNotNothing) {
  Snapshot snapshot;
  snapshot.sockets = {fake::unix_socket(1, snapshot.strings.intern("-"), portscope::State::listen)};
  EXPECT_NE(row(snapshot, {"local_address"}), "\n");
}

TEST(Csv, OneProcessWithACommaInItsNameIsNotTwo) {
  EXPECT_NE(row(held_by({"a,b"}), {"name"}), row(held_by({"a", "b"}), {"name"}));
}

TEST(Csv, TheHeaderIsTheNamesOfTheColumns) {
  const Snapshot snapshot = held_by({"x"});
  render::View view;
  view.snapshot = &snapshot;
  view.columns = {render::find_column("transport"), render::find_column("local_port")};
  EXPECT_EQ(sample::in_format("csv", view), "transport,local_port\n");
  EXPECT_EQ(sample::in_format("tsv", view), "transport\tlocal_port\n");
}

}  // namespace
