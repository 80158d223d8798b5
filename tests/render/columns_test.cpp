// SPDX-License-Identifier: MIT
#include "render/columns.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "support/sockets.hpp"

namespace {

using portscope::Need;
using portscope::Snapshot;
using portscope::Socket;
using render::Cell;
using render::Column;
using render::Layout;
using render::Word;

Cell cell(const char* column, const Socket& socket) {
  static const Snapshot empty;
  return render::find_column(column)->cell(empty, socket);
}

TEST(Columns, NamesAreUniqueAndReadLikeJsonKeys) {
  std::set<std::string_view> names;
  std::set<std::string_view> headings;
  for (const Column& column : render::columns()) {
    EXPECT_TRUE(names.insert(column.name).second) << column.name;
    EXPECT_TRUE(headings.insert(column.heading).second) << column.heading;
    EXPECT_EQ(column.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"), std::string_view::npos);
    EXPECT_FALSE(column.help.empty()) << column.name;
    EXPECT_FALSE(column.help.ends_with('.')) << column.name;
    EXPECT_EQ(render::find_column(column.name), &column);
  }
  EXPECT_EQ(render::find_column("no_such"), nullptr);
}

TEST(Columns, JsonHasTheKeysOfTheContract) {
  for (const char* key : {"transport",  "family", "state",  "state_id", "local",     "peer",         "interface",
                          "inode",      "cookie", "uid",    "user",     "netns",     "dual_stack",   "recv_queue",
                          "send_queue", "listen", "cgroup", "unit",     "container", "owner_status", "owners"}) {
    const Column* column = render::find_column(key);
    ASSERT_NE(column, nullptr) << key;
    EXPECT_TRUE(column->layouts.contains(Layout::json)) << key;
  }
}

TEST(Columns, ThoseAboutProcessesNeedTheOwners) {
  for (const char* name : {"owners", "owner_status", "pid", "name", "exe", "cmdline"}) {
    EXPECT_TRUE(render::find_column(name)->needs.contains(Need::owners)) << name;
  }
  EXPECT_TRUE(render::find_column("user")->needs.contains(Need::users));
  EXPECT_TRUE(render::find_column("transport")->needs.empty());
}

TEST(Columns, FlatFormatsHaveOneSimpleValueACell) {
  const Snapshot empty;
  const Socket socket = fake::connection(fake::end("10.0.0.1", 1), fake::end("10.0.0.2", 2));
  for (const Column& column : render::columns()) {
    if (!column.layouts.contains(Layout::flat)) continue;
    const Cell value = column.cell(empty, socket);
    EXPECT_FALSE(std::holds_alternative<render::End>(value)) << column.name;
    EXPECT_FALSE(std::holds_alternative<render::Owners>(value)) << column.name;
    EXPECT_FALSE(std::holds_alternative<render::ListenQueue>(value)) << column.name;
  }
}

TEST(Columns, EveryOneAnswersForEverySocket) {
  const Snapshot empty;
  for (const Socket& socket :
       {Socket{}, fake::listener("::", 1), fake::unix_socket(1, portscope::StringId::none, portscope::State::listen)}) {
    for (const Column& column : render::columns()) {
      if (std::holds_alternative<std::monostate>(socket.local) && column.name.starts_with("local")) continue;
      std::string out;
      render::append_text(out, column.cell(empty, socket), {});
      EXPECT_FALSE(out.empty()) << column.name;
    }
  }
}

TEST(Columns, TheIpVersionsAreToldAsFarAsTheyAreKnown) {
  EXPECT_EQ(std::get<Word>(cell("ip", fake::listener("0.0.0.0", 1))).text, "4");
  EXPECT_EQ(std::get<Word>(cell("ip", fake::listener("::1", 1))).text, "6");
  EXPECT_EQ(std::get<Word>(cell("ip", fake::listener("::", 1))).text, "4+6");
  EXPECT_EQ(std::get<Word>(cell("ip", fake::v6only_listener(1))).text, "6");
  Socket of_proc = fake::listener("::", 1);
  of_proc.v6_only.reset();
  EXPECT_EQ(std::get<Word>(cell("ip", of_proc)).text, "6?");
  EXPECT_TRUE(std::holds_alternative<std::monostate>(cell("dual_stack", of_proc)));
  EXPECT_TRUE(std::get<bool>(cell("dual_stack", fake::listener("::", 1))));
  EXPECT_FALSE(std::get<bool>(cell("dual_stack", fake::listener("0.0.0.0", 1))));
}

TEST(Columns, IdentitiesThatAreNotToldAreNothing) {
  const Socket socket = fake::listener("::", 1);
  for (const char* name : {"inode", "cookie", "uid", "user", "cgroup", "unit", "container", "interface", "peer"}) {
    EXPECT_TRUE(std::holds_alternative<std::monostate>(cell(name, socket))) << name;
  }
}

TEST(Columns, TheTypeIsOnlyOfUnixSockets) {
  EXPECT_TRUE(std::holds_alternative<render::Inapplicable>(cell("type", fake::listener("::", 1))));
}

TEST(Columns, UnitAndContainerComeFromTheCgroup) {
  Snapshot snapshot;
  Socket socket = fake::listener("::", 1);
  socket.cgroup = 7;
  snapshot.cgroups = {{7, snapshot.strings.intern("/system.slice/docker-" + std::string(64, 'a') + ".scope")}};
  EXPECT_EQ(std::get<render::Text>(render::find_column("container")->cell(snapshot, socket)).bytes,
            std::string(64, 'a'));
  EXPECT_TRUE(std::get<render::Text>(render::find_column("unit")->cell(snapshot, socket)).bytes.starts_with("docker-"));
}

TEST(Columns, AProcessThatHoldsASocketTwiceIsNamedOnce) {
  Snapshot snapshot;
  Socket socket = fake::listener("::", 1);
  socket.inode = 5;
  snapshot.processes.resize(1);
  snapshot.processes[0].pid = 9;
  snapshot.holders = {{5, 0, 3, 0}, {5, 0, 4, 0}};
  EXPECT_EQ(std::get<render::Numbers>(render::find_column("pid")->cell(snapshot, socket)), render::Numbers{9});
}

}  // namespace
