// SPDX-License-Identifier: MIT
#include "collect/look_at_port.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>

#include "support/asking.hpp"
#include "support/netlink_rows.hpp"

namespace {

using fake::Asking;
using portscope::BindAttempt;
using portscope::BindRequest;
using portscope::BindView;
using portscope::Probing;
using portscope::Transport;

class CountingBind : public sys::BindDoor {
 public:
  explicit CountingBind(int error) : error_(error) {}
  [[nodiscard]] sys::Result<sys::Fd> bind(const sys::BindTry& wanted) const override {
    ++calls;
    last_port = wanted.port;
    return wanted.port == 80 && error_ != 0 ? sys::Result<sys::Fd>::failure(error_) : sys::Result<sys::Fd>(sys::Fd());
  }
  mutable int calls = 0;
  mutable std::uint16_t last_port = 0;

 private:
  int error_;
};

/// A machine on which process 9, a child of 4, listens on port 80.
void set_up(Asking& asking) {
  fake::InetRow row;
  row.local_port = 80;
  row.inode = 777;
  asking.diag.script(AF_INET, 0, {{{fake::inet_row(row)}}});
  for (const int protocol : {IPPROTO_UDP, IPPROTO_UDPLITE}) {
    asking.diag.script(AF_INET, protocol, {{}});
    asking.diag.script(AF_INET6, protocol, {{}});
  }
  asking.tree.net("protocols", "heading\n").process(9, "nginx").holds(9, 6, 777);
  asking.tree.file("sys/net/ipv4/ip_unprivileged_port_start", "1024\n");
  asking.tree.file("sys/net/ipv4/ip_local_port_range", "32768\t60999\n");
}

BindView view_of(Asking& asking, const sys::BindDoor& door, Probing probing, Transport transport = Transport::tcp) {
  BindRequest request;
  BindAttempt attempt;
  attempt.transport = transport;
  attempt.port = 80;
  request.attempts = {attempt};
  request.probing = probing;
  const sys::Proc proc = asking.tree.open();
  return collect::look_at_port(request, {asking.diag, proc}, {door}, {});
}

TEST(LookAtPort, TellsWhoHasItAndWhatBindGave) {
  Asking asking;
  set_up(asking);
  const CountingBind door(EADDRINUSE);
  const BindView view = view_of(asking, door, Probing::on);
  ASSERT_EQ(view.holders.size(), 1U);
  EXPECT_EQ(view.holders.front().socket, &view.snapshot.sockets.front());
  EXPECT_EQ(view.snapshot.processes.front().pid, 9);
  EXPECT_TRUE(view.probes.front().tried);
  EXPECT_EQ(view.probes.front().error, EADDRINUSE);
  EXPECT_EQ(view.settings.unprivileged_port_start, 1024U);
  EXPECT_EQ(view.next_free, 81);
}

TEST(LookAtPort, LooksIntoOtherNamespaces) {
  Asking asking;
  set_up(asking);
  asking.tree.link("thread-self/ns/net", "net:[1]").process(20, "web");
  asking.tree.link("9/ns/net", "net:[1]").link("20/ns/net", "net:[2]");
  asking.tree.file(
      "20/net/tcp",
      "  sl  local_address rem_address\n"
      "   0: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 55 1 0 100\n"
      "   1: 00000000:0051 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 56 1 0 100\n");
  const BindView view = view_of(asking, CountingBind(0), Probing::off);
  ASSERT_EQ(view.elsewhere.size(), 1U);
  EXPECT_EQ(view.elsewhere.front().netns, 2U);
  EXPECT_EQ(view.elsewhere.front().pid, 20);
  EXPECT_EQ(view.elsewhere.front().local.port, 80);
  EXPECT_EQ(view.snapshot.text(view.elsewhere.front().name), "web");
}

TEST(LookAtPort, TriesNothingWhenItIsNotTo) {
  Asking asking;
  set_up(asking);
  const CountingBind door(0);
  const BindView view = view_of(asking, door, Probing::off);
  EXPECT_EQ(door.calls, 0);
  EXPECT_FALSE(view.probes.front().tried);
  EXPECT_FALSE(view.probes.front().untried.empty());
  EXPECT_FALSE(view.next_free);
}

TEST(LookAtPort, LooksForNoOtherPortWhenThisOneIsFree) {
  Asking asking;
  set_up(asking);
  const CountingBind door(0);
  const BindView view = view_of(asking, door, Probing::on, Transport::udp);
  EXPECT_EQ(door.calls, 1);
  EXPECT_EQ(door.last_port, 80);
  EXPECT_FALSE(view.next_free);
  EXPECT_EQ(view.holders.size(), 1U) << "those of other protocols are worth a note";
}

}  // namespace
