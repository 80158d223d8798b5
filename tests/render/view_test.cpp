// SPDX-License-Identifier: MIT
#include "render/view.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/sockets.hpp"

namespace {

using fake::connection;
using fake::end;
using fake::listener;
using portscope::Snapshot;
using render::sorted;
using render::SortKey;
using testing::ElementsAre;

SortKey by(const char* column, bool descending = false) { return {render::find_column(column), descending}; }

TEST(Sorted, ServersByPortWithTheirConnectionsBelow) {
  Snapshot snapshot;
  snapshot.sockets = {listener("0.0.0.0", 9000), connection(end("10.0.0.1", 80), end("10.0.0.9", 2)),
                      listener("0.0.0.0", 80), connection(end("10.0.0.1", 80), end("10.0.0.8", 1))};
  EXPECT_THAT(sorted(snapshot, {}), ElementsAre(2, 3, 1, 0));
}

TEST(Sorted, ProtocolsStandTogether) {
  Snapshot snapshot;
  auto udp = listener("0.0.0.0", 1);
  udp.transport = portscope::Transport::udp;
  snapshot.sockets = {udp, fake::unix_socket(1, portscope::StringId::none, portscope::State::listen),
                      listener("0.0.0.0", 2)};
  EXPECT_THAT(sorted(snapshot, {}), ElementsAre(2, 0, 1));
}

TEST(Sorted, UnixSocketsByNameThenInode) {
  Snapshot snapshot;
  const auto named = [&](std::uint32_t inode, const char* name) {
    return fake::unix_socket(inode, snapshot.strings.intern(name), portscope::State::listen);
  };
  snapshot.sockets = {named(1, "/run/b"), named(3, "/run/a"), named(2, "/run/a")};
  EXPECT_THAT(sorted(snapshot, {}), ElementsAre(2, 1, 0));
}

TEST(Sorted, KeysInTheirOrderEachWithItsDirection) {
  Snapshot snapshot;
  snapshot.sockets = {listener("0.0.0.0", 1), listener("0.0.0.0", 2), listener("0.0.0.0", 3)};
  snapshot.sockets[0].recv_queue = 5;
  snapshot.sockets[1].recv_queue = 9;
  snapshot.sockets[2].recv_queue = 5;
  EXPECT_THAT(sorted(snapshot, {by("recv_queue")}), ElementsAre(0, 2, 1));
  EXPECT_THAT(sorted(snapshot, {by("recv_queue", true)}), ElementsAre(1, 0, 2)) << "equals keep the usual order";
  EXPECT_THAT(sorted(snapshot, {by("recv_queue"), by("local_port", true)}), ElementsAre(2, 0, 1));
}

TEST(Sorted, NumbersAreNotSortedAsText) {
  Snapshot snapshot;
  snapshot.sockets = {listener("0.0.0.0", 100), listener("0.0.0.0", 9)};
  EXPECT_THAT(sorted(snapshot, {by("local_port")}), ElementsAre(1, 0));
}

TEST(Sorted, WhatIsNotKnownStandsFirst) {
  Snapshot snapshot;
  snapshot.sockets = {listener("0.0.0.0", 1), listener("0.0.0.0", 2)};
  snapshot.sockets[0].uid = 0;
  EXPECT_THAT(sorted(snapshot, {by("uid")}), ElementsAre(1, 0));
}

TEST(Sorted, EveryColumnCanBeAKey) {
  Snapshot snapshot;
  snapshot.sockets = {listener("::", 2), fake::unix_socket(1, portscope::StringId::none, portscope::State::listen),
                      connection(end("::1", 1), end("::1", 2))};
  for (const render::Column& column : render::columns()) {
    EXPECT_EQ(sorted(snapshot, {{&column, false}}).size(), 3U) << column.name;
  }
}

TEST(Sorted, NothingIsNothing) { EXPECT_TRUE(sorted(Snapshot{}, {by("local")}).empty()); }

}  // namespace
