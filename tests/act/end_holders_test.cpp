// SPDX-License-Identifier: MIT
#include "act/end_holders.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/act_scene.hpp"

namespace {

using fake::ActScene;
using portscope::EndOrder;
using portscope::EndReport;
using portscope::Fate;
using portscope::SentSignal;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

constexpr int pid = 700;

sys::Fd make_socket() { return sys::Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)); }

/// One process, shown as the holder of one socket.
class EndHolders : public testing::Test {
 protected:
  EndHolders() {
    act.hold(pid, socket.number());
    before = act.snapshot(socket.number(), {pid});
    order.grace = std::chrono::milliseconds(100);
  }

  EndReport end() { return act.end(before, order); }

  /// The socket is there again in the snapshot after, held by this process.
  void stays_held() {
    act.after = [this] { return act.snapshot(socket.number(), {pid}); };
  }

  ActScene act;
  sys::Fd socket = make_socket();
  portscope::Snapshot before;
  EndOrder order;
};

TEST_F(EndHolders, WhoStillHoldsTheSocketIsAskedToEnd) {
  act.processes.of(pid).on_signal = [&](int) { act.processes.end(pid); };
  const EndReport report = end();
  EXPECT_THAT(act.processes.sent, ElementsAre(Pair(pid, SIGTERM)));
  ASSERT_EQ(report.ended.size(), 1U);
  EXPECT_EQ(report.ended[0].fate, Fate::ended);
  EXPECT_EQ(report.ended[0].sent, SentSignal::terminate);
}

TEST_F(EndHolders, WhoClosesTheSocketAndRunsOnIsLeftAlone) {
  order.force = true;
  const EndReport report = end();  // it ignores the signal, but the port is free in the snapshot after
  EXPECT_THAT(act.processes.sent, testing::Contains(Pair(pid, SIGTERM)));
  EXPECT_EQ(report.ended[0].fate, Fate::let_go);
}

TEST_F(EndHolders, WhoIgnoresItHoldsThePort) {
  stays_held();
  const EndReport report = end();
  EXPECT_THAT(act.processes.sent, ElementsAre(Pair(pid, SIGTERM)));
  EXPECT_EQ(report.ended[0].fate, Fate::holds);
}

TEST_F(EndHolders, ForceSendsSigkillToWhoStillHoldsIt) {
  stays_held();
  order.force = true;
  act.processes.of(pid).on_signal = [&](int signal) {
    if (signal == SIGKILL) act.processes.end(pid);
  };
  const EndReport report = end();
  EXPECT_THAT(act.processes.sent, ElementsAre(Pair(pid, SIGTERM), Pair(pid, SIGKILL)));
  EXPECT_EQ(report.ended[0].fate, Fate::ended);
  EXPECT_EQ(report.ended[0].sent, SentSignal::kill);
}

TEST_F(EndHolders, ForceSparesWhoHasClosedTheSocketMeanwhile) {
  stays_held();  // by another process, say
  order.force = true;
  act.processes.of(pid).on_signal = [&](int) { act.processes.of(pid).sockets.clear(); };
  end();
  EXPECT_THAT(act.processes.sent, ElementsAre(Pair(pid, SIGTERM)));
}

TEST_F(EndHolders, ARecycledPidIsSentNothing) {
  // The number now is that of a process which started later, and even holds the same socket.
  act.processes.on_open = [&](int) {
    act.proc.file("700/stat", "700 (server) S 1 700 700 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 99999 0 0\n");
  };
  const EndReport report = end();
  EXPECT_THAT(act.processes.sent, IsEmpty());
  EXPECT_EQ(report.ended[0].fate, Fate::changed);
  EXPECT_EQ(report.ended[0].sent, SentSignal::none);
}

TEST_F(EndHolders, WhoHasClosedTheSocketIsSentNothing) {
  act.processes.of(pid).sockets.clear();
  EXPECT_EQ(end().ended[0].fate, Fate::changed);
  EXPECT_THAT(act.processes.sent, IsEmpty());
}

TEST_F(EndHolders, WhoHasAnotherSocketInItsPlaceIsSentNothing) {
  const sys::Fd other = make_socket();
  act.processes.of(pid).sockets[3] = other.number();
  EXPECT_EQ(end().ended[0].fate, Fate::changed);
  EXPECT_THAT(act.processes.sent, IsEmpty());
}

TEST_F(EndHolders, TheSameInodeWithAnotherCookieIsAnotherSocket) {
  before.sockets[0].cookie += 1;
  EXPECT_EQ(end().ended[0].fate, Fate::changed);
  EXPECT_THAT(act.processes.sent, IsEmpty());
}

TEST_F(EndHolders, WhereNothingMayBeDuplicatedTheLinkTells) {
  for (const int error : {EPERM, EACCES, ENOSYS}) {
    act.processes.of(pid).borrow_error = error;
    act.processes.sent.clear();
    end();
    EXPECT_THAT(act.processes.sent, ElementsAre(Pair(pid, SIGTERM))) << error;
  }
  act.proc.holds(pid, 3, act.inode + 1);
  act.processes.sent.clear();
  EXPECT_EQ(end().ended[0].fate, Fate::changed);
  EXPECT_THAT(act.processes.sent, IsEmpty());
}

TEST_F(EndHolders, AThreadsOwnDescriptorIsLookedForInItsTable) {
  before.holders[0].tid = 701;
  act.proc.thread_holds(pid, 701, 3, act.inode);
  act.processes.of(pid).sockets.clear();
  end();
  EXPECT_THAT(act.processes.sent, ElementsAre(Pair(pid, SIGTERM)));
}

TEST_F(EndHolders, WhoIsGoneIsSentNothing) {
  act.processes.forget(pid);
  EXPECT_EQ(end().ended[0].fate, Fate::gone);
  EXPECT_THAT(act.processes.sent, IsEmpty());
}

TEST_F(EndHolders, WhoHasEndedButIsNotWaitedForIsSentNothing) {
  act.processes.end(pid);
  EXPECT_EQ(end().ended[0].fate, Fate::gone);
  EXPECT_THAT(act.processes.sent, IsEmpty());
}

TEST_F(EndHolders, WhoIsAboutToEndIsSentNothingAndNotBlamed) {
  // It has closed everything; the socket is in the table for another moment, and nobody's.
  act.processes.of(pid).sockets.clear();
  int looks = 0;
  act.after = [&] {
    portscope::Snapshot seen;
    if (++looks == 1) {
      seen = act.snapshot(socket.number(), {pid});
      seen.holders.clear();
      seen.sockets[0].owner_status = portscope::OwnerStatus::gone;
    } else {
      act.processes.end(pid);
    }
    return seen;
  };
  const EndReport report = end();
  EXPECT_THAT(act.processes.sent, IsEmpty());
  EXPECT_EQ(report.ended[0].fate, Fate::gone);
  EXPECT_TRUE(report.after.sockets.empty());
}

TEST_F(EndHolders, WhoMayNotBeSignalledIsDenied) {
  act.processes.of(pid).signal_error = EPERM;
  const EndReport report = end();
  EXPECT_EQ(report.ended[0].fate, Fate::denied);
  EXPECT_EQ(report.ended[0].why, "EPERM");
}

TEST_F(EndHolders, WhoIsRefusedIsSentNothing) {
  before.processes[0].name = before.strings.intern("docker-proxy");
  EXPECT_THAT(end().ended, IsEmpty());
  EXPECT_THAT(act.processes.sent, IsEmpty());
}

TEST_F(EndHolders, WhoCameLaterIsSentNothing) {
  act.hold(800, socket.number());
  act.processes.of(pid).on_signal = [&](int) { act.processes.end(pid); };
  act.after = [&] { return act.snapshot(socket.number(), {800}); };
  order.force = true;
  const EndReport report = end();
  EXPECT_THAT(act.processes.sent, ElementsAre(Pair(pid, SIGTERM)));
  EXPECT_EQ(report.after.sockets.size(), 1U);
}

}  // namespace
