// SPDX-License-Identifier: MIT
#include "portscope/changes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/sockets.hpp"

namespace {

using portscope::append_rows;
using portscope::Change;
using portscope::ChangeKind;
using portscope::compare;
using portscope::DetailKind;
using portscope::Snapshot;
using portscope::Socket;
using portscope::State;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Socket with_cookie(std::uint64_t cookie, State state = State::established) {
  Socket socket = fake::connection(fake::end("10.0.0.1", 80), fake::end("10.0.0.2", 4000));
  socket.cookie = cookie;
  socket.state = state;
  return socket;
}

portscope::Process process(std::int32_t pid, portscope::StringId name = portscope::StringId::none) {
  portscope::Process result;
  result.pid = pid;
  result.name = name;
  return result;
}

Snapshot of(std::vector<Socket> sockets) {
  Snapshot snapshot;
  snapshot.sockets = std::move(sockets);
  return snapshot;
}

TEST(Changes, NothingChangesByItself) {
  const Snapshot snapshot = of({with_cookie(1), with_cookie(2)});
  EXPECT_THAT(compare(snapshot, snapshot), IsEmpty());
}

TEST(Changes, OpenedChangedClosed) {
  const Snapshot before = of({with_cookie(1), with_cookie(2), with_cookie(3)});
  const Snapshot after = of({with_cookie(4), with_cookie(2, State::close_wait), with_cookie(3)});
  EXPECT_THAT(compare(before, after), ElementsAre(Change{ChangeKind::opened, 0, 0}, Change{ChangeKind::changed, 1, 1},
                                                  Change{ChangeKind::closed, 0, 0}));
}

TEST(Changes, TheOrderOfTheRowsDoesNotMatter) {
  std::vector<Socket> rows;
  for (std::uint64_t cookie = 1; cookie <= 100; ++cookie) rows.push_back(with_cookie(cookie));
  std::vector<Socket> turned(rows.rbegin(), rows.rend());
  EXPECT_THAT(compare(of(rows), of(turned)), IsEmpty());
}

TEST(Changes, AnotherSocketOnTheSameEndsIsAnotherOne) {
  EXPECT_THAT(compare(of({with_cookie(1)}), of({with_cookie(2)})), SizeIs(2));
}

TEST(Changes, WithoutCookiesInodeAndEndsDecide) {
  Socket row = with_cookie(0);
  row.inode = 7;
  Socket later = row;
  later.state = State::close_wait;
  EXPECT_THAT(compare(of({row}), of({later})), ElementsAre(Change{ChangeKind::changed, 0, 0}));
  later.inode = 8;
  EXPECT_THAT(compare(of({row}), of({later})), SizeIs(2));
  later = row;
  later.peer = fake::end("10.0.0.2", 4001);
  EXPECT_THAT(compare(of({row}), of({later})), SizeIs(2));
}

TEST(Changes, AUnixSocketIsToldByItsInodeWhateverItsNameIsNumbered) {
  const Snapshot before = of({fake::unix_socket(7, portscope::StringId{3}, State::listen)});
  const Snapshot after = of({fake::unix_socket(7, portscope::StringId{9}, State::listen)});
  EXPECT_THAT(compare(before, after), IsEmpty());
}

TEST(Changes, RowsThatWereAppendedDoNotCount) {
  Snapshot before = of({with_cookie(1)});
  append_rows(before, of({with_cookie(9)}), std::vector<std::uint32_t>{0});
  EXPECT_THAT(compare(before, 1, of({with_cookie(1)})), IsEmpty());
}

TEST(AppendRows, BringsHoldersNamesAndDetails) {
  Snapshot from;
  from.sockets = {fake::unix_socket(5, from.strings.intern("/run/x"), State::listen)};
  from.sockets[0].uid = 33;
  from.sockets[0].details = from.details.add_value(from.sockets[0].details, DetailKind::tos, std::uint8_t{1});
  from.sockets[0].details = from.details.add_value(from.sockets[0].details, DetailKind::mark, std::uint32_t{2});
  from.users = {{33, from.strings.intern("www-data")}};
  from.processes = {process(3, from.strings.intern("a"))};
  from.holders = {{5, 0, 6, 0}};
  Snapshot to;
  to.sockets = {with_cookie(1)};
  to.sockets[0].inode = 9;
  to.processes = {process(8, to.strings.intern("b"))};
  to.holders = {{9, 0, 4, 0}};
  append_rows(to, from, std::vector<std::uint32_t>{0});
  ASSERT_THAT(to.sockets, SizeIs(2));
  const Socket& copy = to.sockets[1];
  EXPECT_EQ(to.text(unix_end(copy.local)->name), "/run/x");
  EXPECT_EQ(to.text(Snapshot::look_up(to.users, 33U)), "www-data");
  EXPECT_EQ(to.details.value<std::uint8_t>(copy.details, DetailKind::tos), 1);
  EXPECT_EQ(to.details.value<std::uint32_t>(copy.details, DetailKind::mark), 2U);
  ASSERT_THAT(to.holders_of(copy), SizeIs(1));
  EXPECT_EQ(to.text(to.processes[to.holders_of(copy)[0].process].name), "a");
  EXPECT_EQ(to.processes[to.holders_of(to.sockets[0])[0].process].pid, 8) << "what was there is as it was";
}

TEST(AppendRows, ANumberInUseAgainKeepsItsOwnHolders) {
  Snapshot from = of({with_cookie(1)});
  from.sockets[0].inode = 9;
  from.processes = {process(3)};
  from.holders = {{9, 0, 6, 0}};
  Snapshot to = of({with_cookie(2)});
  to.sockets[0].inode = 9;
  to.processes = {process(8)};
  to.holders = {{9, 0, 4, 0}};
  append_rows(to, from, std::vector<std::uint32_t>{0});
  EXPECT_THAT(to.holders, SizeIs(1));
}

}  // namespace
