// SPDX-License-Identifier: MIT
// TCP sockets that are bound and nothing more, on a kernel that does not list them. The sockets are real ones, of this
// process; what netlink says is made up.
#include "collect/bound_by_descriptor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "collect/roads.hpp"
#include "support/asking.hpp"
#include "support/netlink_rows.hpp"
#include "support/printers.hpp"
#include "support/real_sockets.hpp"

namespace {

using collect::Reading;
using portscope::Need;
using portscope::Socket;
using portscope::State;
using portscope::Transport;
using real::bound_socket;
using real::local_port;
using real::new_socket;
using sys::Fd;
using testing::IsEmpty;
using testing::SizeIs;

/// A client whose server has gone: its port is free again, and getsockname(2) tells it all the same.
Fd stranded_client() {
  const Fd listener = bound_socket(SOCK_STREAM);
  EXPECT_EQ(::listen(listener.number(), 1), 0);
  Fd client = new_socket(SOCK_STREAM);
  EXPECT_EQ(real::connect_to(listener, client), 0);
  const Fd server(::accept4(listener.number(), nullptr, nullptr, SOCK_CLOEXEC));
  const linger at_once{1, 0};
  ::setsockopt(server.number(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  return client;
}

class BoundByDescriptor : public testing::Test {
 protected:
  void SetUp() override {
    if (sys::own_netns_cookie().error() == ENOPROTOOPT) GTEST_SKIP() << "Linux before 5.14 has no SO_NETNS_COOKIE";
    asking.tree.process(::getpid(), "test");
    asking.request.selection.states = {State::bound};
  }

  void show(const Fd& fd) {
    struct stat facts {};
    ASSERT_EQ(::fstat(fd.number(), &facts), 0);
    asking.tree.holds(::getpid(), fd.number(), static_cast<std::uint32_t>(facts.st_ino));
  }

  /// By a kernel that lists these rows, whatever it is asked for, and no bound ones.
  Reading read(std::vector<fake::Row> rows = {}) {
    asking.diag.script(AF_INET, fake::both_at_once, {{std::move(rows)}});
    const sys::Proc proc = asking.tree.open();
    return collect::read_family(collect::family_of(Transport::tcp),
                                {{asking.diag, proc}, asking.request, asking.strings, asking.details});
  }

  fake::Asking asking;
};

TEST_F(BoundByDescriptor, IsFoundThroughItsHolder) {
  const Fd bound = bound_socket(SOCK_STREAM);
  const Fd unbound = new_socket(SOCK_STREAM);
  const Fd listener = bound_socket(SOCK_STREAM);
  ASSERT_EQ(::listen(listener.number(), 1), 0);
  for (const Fd* fd : {&bound, &unbound, &listener}) show(*fd);
  const Reading reading = read();
  ASSERT_THAT(reading.sockets, SizeIs(1));
  const Socket& row = reading.sockets[0];
  EXPECT_EQ(row.state, State::bound);
  EXPECT_EQ(row.source, portscope::Source::descriptor);
  EXPECT_EQ(portscope::port_of(row.local), local_port(bound));
  EXPECT_THAT(reading.gaps, IsEmpty());
}

TEST_F(BoundByDescriptor, WhoLostHisPortHasNone) {
  const Fd client = stranded_client();
  show(client);
  ASSERT_NE(local_port(client), 0);
  const Reading reading = read();
  EXPECT_THAT(reading.sockets, IsEmpty());
  EXPECT_THAT(reading.gaps, IsEmpty());
}

TEST_F(BoundByDescriptor, WhereOthersHaveThePortItCannotBeTold) {
  const Fd bound = bound_socket(SOCK_STREAM);
  show(bound);
  fake::InetRow listener;
  listener.local_port = local_port(bound);
  listener.inode = 777;
  asking.request.selection.states = {State::bound, State::listen};
  asking.request.needs = {Need::unlisted};
  const Reading reading = read({fake::inet_row(listener)});
  EXPECT_THAT(reading.sockets, SizeIs(1)) << "the listener";
  ASSERT_THAT(reading.gaps, SizeIs(1));
  EXPECT_EQ(reading.gaps[0].count, 1U);
}

TEST_F(BoundByDescriptor, OfAWiderAnswerNobodyIsLookedInto) {
  const Fd bound = bound_socket(SOCK_STREAM);
  show(bound);
  asking.request.selection.states = portscope::every<State>();
  EXPECT_THAT(read().sockets, IsEmpty());
  asking.request.needs = {Need::unlisted};
  EXPECT_THAT(read().sockets, SizeIs(1));
}

}  // namespace
