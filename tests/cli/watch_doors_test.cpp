// SPDX-License-Identifier: MIT
#include "cli/watch_doors.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/sockets.hpp"

namespace {

using portscope::Need;
using portscope::Socket;
using portscope::Transport;
using testing::HasSubstr;
using testing::IsEmpty;

Socket selected() {
  Socket socket = fake::connection(fake::end("10.0.0.1", 80), fake::end("10.0.0.2", 4000));
  socket.cookie = 0x1f;
  socket.inode = 7;
  return socket;
}

bool is_found(const portscope::Request& request, const Socket& socket) {
  const portscope::StringPool strings;
  return request.selection.transports.contains(socket.transport) && request.selection.states.contains(socket.state) &&
         request.selection.matches(socket, strings) == portscope::Truth::yes;
}

TEST(WatchDoors, TheCloserLookIsAtOneSocketAndAsksForEverything) {
  const auto request = cli::watch_doors().closer(selected());
  ASSERT_TRUE(request);
  EXPECT_EQ(request->selection.transports, portscope::EnumSet<Transport>{Transport::tcp});
  for (const auto state : {portscope::State::established, portscope::State::close_wait, portscope::State::time_wait})
    EXPECT_TRUE(request->selection.states.contains(state)) << "it may be in another one by then";
  for (const Need need : {Need::owners, Need::process_details, Need::tcp_info, Need::set_options, Need::drops})
    EXPECT_TRUE(request->needs.contains(need)) << static_cast<int>(need);
  EXPECT_TRUE(is_found(*request, selected()));
  Socket next = selected();
  next.cookie = 0x20;
  EXPECT_FALSE(is_found(*request, next)) << "another connection with the same ends";
}

TEST(WatchDoors, WithoutACookieTheInodeTellsASocketFromOthers) {
  Socket socket = selected();
  socket.cookie = 0;
  ASSERT_TRUE(cli::watch_doors().closer(socket));
  socket.inode = 0;
  EXPECT_FALSE(cli::watch_doors().closer(socket));
}

TEST(WatchDoors, WhatHasNoPortIsToldAndNothingIsAsked) {
  Socket socket = selected();
  socket.transport = Transport::unix_socket;
  const portscope::Snapshot snapshot;
  const auto deed = cli::watch_doors().plan(watch::Deed::kill, {snapshot, socket, 80})();
  EXPECT_THAT(deed.text, HasSubstr("A unix socket has no port"));
  EXPECT_THAT(deed.question, IsEmpty());
  EXPECT_FALSE(deed.carry_out);
}

}  // namespace
