// SPDX-License-Identifier: MIT
#include "portscope/snapshot.hpp"

#include <gtest/gtest.h>

#include <string>

#include "support/printers.hpp"
#include "support/sockets.hpp"

namespace {

using portscope::Snapshot;
using portscope::Socket;
using portscope::State;
using portscope::StringId;
using portscope::StringPool;
using portscope::Transport;

TEST(Socket, AMillionOfThemFit) { EXPECT_LE(sizeof(Socket), 128U); }

TEST(Socket, IsDualStackOnlyWhenTheKernelSaidSo) {
  EXPECT_TRUE(is_dual_stack(fake::listener("::", 1)));
  EXPECT_FALSE(is_dual_stack(fake::v6only_listener(1)));
  EXPECT_FALSE(is_dual_stack(fake::listener("0.0.0.0", 1)));
  EXPECT_FALSE(is_dual_stack(fake::listener("::1", 1)));
  Socket of_proc = fake::listener("::", 1);
  of_proc.v6_only.reset();
  EXPECT_FALSE(is_dual_stack(of_proc));
}

TEST(StringPool, KeepsEachTextOnce) {
  StringPool pool;
  const StringId one = pool.intern("nginx");
  EXPECT_EQ(pool.intern(std::string("nginx")), one);
  EXPECT_NE(pool.intern("sshd"), one);
  EXPECT_EQ(pool.text(one), "nginx");
}

TEST(StringPool, NoTextIsNotTheEmptyText) {
  StringPool pool;
  EXPECT_NE(pool.intern(""), StringId::none);
  EXPECT_EQ(pool.text(StringId::none), "");
  EXPECT_EQ(pool.text(pool.intern(std::string_view("a\0b", 3))), std::string_view("a\0b", 3));
}

TEST(StringPool, SurvivesAMove) {
  StringPool pool;
  std::vector<StringId> ids;
  for (int i = 0; i < 2000; ++i) ids.push_back(pool.intern("name " + std::to_string(i)));  // short: kept in place
  const StringPool moved_once = std::move(pool);
  EXPECT_EQ(moved_once.text(ids[1999]), "name 1999");
  Snapshot snapshot;
  snapshot.strings = StringPool();
  const StringId id = snapshot.strings.intern("short");
  Snapshot moved = std::move(snapshot);
  EXPECT_EQ(moved.text(id), "short");
  EXPECT_EQ(moved.strings.intern("short"), id) << "the index must point into the new pool";
}

TEST(Snapshot, HoldersAreThoseOfTheInode) {
  Snapshot snapshot;
  snapshot.holders = {{5, 0, 3, 0}, {7, 0, 4, 0}, {7, 1, 4, 0}, {9, 1, 5, 0}};
  Socket socket;
  socket.inode = 7;
  ASSERT_EQ(snapshot.holders_of(socket).size(), 2U);
  EXPECT_EQ(snapshot.holders_of(socket)[1].process, 1U);
  socket.inode = 8;
  EXPECT_TRUE(snapshot.holders_of(socket).empty());
}

TEST(Snapshot, InodeZeroBelongsToNobody) {
  Snapshot snapshot;
  snapshot.holders = {{0, 0, 3, 0}};
  EXPECT_TRUE(snapshot.holders_of(Socket{}).empty());
}

TEST(Snapshot, TablesAnswerForTheirIdsOnly) {
  Snapshot snapshot;
  snapshot.users = {{0, StringId{1}}, {33, StringId{2}}, {1000, StringId{3}}};
  EXPECT_EQ(Snapshot::look_up(snapshot.users, 0U), StringId{1});
  EXPECT_EQ(Snapshot::look_up(snapshot.users, 1000U), StringId{3});
  EXPECT_EQ(Snapshot::look_up(snapshot.users, 34U), StringId::none);
  EXPECT_EQ(Snapshot::look_up(snapshot.users, 1001U), StringId::none);
  EXPECT_EQ(Snapshot::look_up(portscope::NameTable<std::uint32_t>{}, 0U), StringId::none);
}

TEST(Snapshot, IsCompleteWithoutGaps) {
  Snapshot snapshot;
  EXPECT_TRUE(snapshot.complete());
  snapshot.gaps.emplace_back();
  EXPECT_FALSE(snapshot.complete());
}

}  // namespace
