// SPDX-License-Identifier: MIT
#include "collect/take_snapshot.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <stdexcept>

#include "support/asking.hpp"
#include "support/netlink_rows.hpp"
#include "support/printers.hpp"

namespace {

using fake::Asking;
using portscope::Need;
using portscope::OwnerStatus;
using portscope::Snapshot;
using portscope::State;
using portscope::Transport;
using testing::IsEmpty;
using testing::SizeIs;

const portscope::Time now = portscope::Time(std::chrono::sys_days(std::chrono::year(2026) / 1 / 2));
const portscope::Time boot = now - std::chrono::seconds(100);

Snapshot snapshot_of(Asking& asking) {
  const sys::Proc proc = asking.tree.open();
  return collect::take_snapshot(asking.request, {asking.diag, proc}, {now, boot});
}

fake::InetRow a_listener() {
  fake::InetRow row;
  row.local_port = 80;
  row.inode = 777;
  row.uid = 0;
  return row;
}

/// A machine with one listener, held by one process, and nothing else.
void set_up_machine(Asking& asking) {
  asking.diag.script(AF_INET, fake::both_at_once, {{{fake::inet_row(a_listener())}}});
  for (const int protocol : {IPPROTO_UDP, IPPROTO_UDPLITE, IPPROTO_RAW}) {
    asking.diag.script(AF_INET, protocol, {{}});
    asking.diag.script(AF_INET6, protocol, {{}});
  }
  asking.diag.script(AF_UNIX, 0, {{}});
  asking.tree.net("protocols", "heading\n").net("icmp", "heading\n").process(9, "nginx").holds(9, 6, 777);
  asking.tree.file("sys/kernel/random/boot_id", "1234-boot\n");
}

TEST(TakeSnapshot, TheWholeWay) {
  Asking asking;
  set_up_machine(asking);
  asking.request.needs = portscope::EnumSet<Need>{Need::owners, Need::process_details, Need::users, Need::host};
  const Snapshot snapshot = snapshot_of(asking);
  EXPECT_EQ(snapshot.time, now);
  EXPECT_TRUE(snapshot.complete());
  ASSERT_THAT(snapshot.sockets, SizeIs(1));
  EXPECT_EQ(snapshot.sockets[0].owner_status, OwnerStatus::known);
  ASSERT_THAT(snapshot.processes, SizeIs(1));
  const auto& process = snapshot.processes[0];
  EXPECT_EQ(snapshot.text(process.name), "nginx");
  EXPECT_EQ(process.uid, 33U);
  EXPECT_EQ(process.start_time, now - std::chrono::seconds(100) + std::chrono::milliseconds(90));
  EXPECT_EQ(snapshot.text(Snapshot::look_up(snapshot.users, 0U)), "root");
  EXPECT_EQ(snapshot.host.boot_id, "1234-boot");
  EXPECT_FALSE(snapshot.host.kernel.empty());
}

TEST(TakeSnapshot, WhatNobodyNeedsIsNotCollected) {
  Asking asking;
  set_up_machine(asking);
  const Snapshot snapshot = snapshot_of(asking);
  EXPECT_EQ(snapshot.sockets.at(0).owner_status, OwnerStatus::unasked);
  EXPECT_THAT(snapshot.processes, IsEmpty());
  EXPECT_THAT(snapshot.users, IsEmpty());
  EXPECT_EQ(snapshot.host.kernel, "");
  EXPECT_EQ(snapshot.netns.id, 0U);
}

TEST(TakeSnapshot, OnlyTheProtocolsAskedForAreRead) {
  Asking asking;
  set_up_machine(asking);
  asking.request.selection.transports = {Transport::unix_socket};
  EXPECT_THAT(snapshot_of(asking).sockets, IsEmpty());
  EXPECT_THAT(asking.diag.asked, SizeIs(1));
}

TEST(TakeSnapshot, RareProtocolsAreAskedForWhereTheKernelCountsSome) {
  Asking asking;
  set_up_machine(asking);
  asking.request.selection.transports = {Transport::udplite};
  EXPECT_TRUE(snapshot_of(asking).complete());
  EXPECT_THAT(asking.diag.asked, IsEmpty());
  asking.tree.net("protocols", "heading\nUDPLITEv6 1472 1\n");
  EXPECT_TRUE(snapshot_of(asking).complete());
  EXPECT_THAT(asking.diag.asked, SizeIs(2)) << "IPv4 and IPv6";
}

TEST(TakeSnapshot, CgroupsAndInterfacesAreNamed) {
  Asking asking;
  auto row = a_listener();
  row.interface = 1;
  asking.diag.script(AF_INET, fake::both_at_once,
                     {{{fake::with(fake::inet_row(row), 21, fake::bytes_of(std::uint64_t{1}))}}});
  asking.request.selection.transports = {Transport::tcp};
  asking.request.needs = {Need::cgroups, Need::interfaces};
  const Snapshot snapshot = snapshot_of(asking);
  EXPECT_EQ(snapshot.text(Snapshot::look_up(snapshot.cgroups, std::uint64_t{1})), "/");
  EXPECT_EQ(snapshot.text(Snapshot::look_up(snapshot.interfaces, 1U)), "lo") << "1 is loopback in every namespace";
}

TEST(TakeSnapshot, OneProtocolThatCannotBeReadIsAGapInAnAnswer) {
  Asking asking;
  set_up_machine(asking);
  asking.tree.net("protocols", "heading\nPING 1016 2\n").remove("thread-self/net/icmp");
  const Snapshot snapshot = snapshot_of(asking);
  EXPECT_THAT(snapshot.sockets, SizeIs(1));
  ASSERT_THAT(snapshot.gaps, SizeIs(1));
  EXPECT_EQ(snapshot.gaps[0].transport, Transport::icmp);
}

TEST(TakeSnapshot, NoSourceAtAllIsAnException) {
  Asking asking;
  asking.diag.refuse_all(EPERM);
  const sys::Proc nothing("/nonexistent-root-of-a-test");
  try {
    collect::take_snapshot(asking.request, {asking.diag, nothing}, {now, boot});
    FAIL() << "must throw";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("EPERM"));
  }
}

TEST(TakeSnapshot, AnEmptyMachineIsNoException) {
  Asking asking;
  asking.diag.script(AF_INET, fake::both_at_once, {{}});
  asking.request.selection.transports = {Transport::tcp};
  const Snapshot snapshot = snapshot_of(asking);
  EXPECT_THAT(snapshot.sockets, IsEmpty());
  EXPECT_TRUE(snapshot.complete());
}

TEST(TakeSnapshot, TimeWaitIsCounted) {
  Asking asking;
  auto old = a_listener();
  old.state = 6;
  old.peer = "10.0.0.1";
  old.peer_port = 9;
  asking.diag.script(AF_INET, fake::both_at_once, {{{fake::inet_row(old), fake::inet_row(a_listener())}}});
  asking.request.selection.transports = {Transport::tcp};
  asking.request.selection.states.erase(State::time_wait);
  asking.request.needs = {Need::time_wait_count};
  const Snapshot snapshot = snapshot_of(asking);
  EXPECT_THAT(snapshot.sockets, SizeIs(1));
  EXPECT_EQ(snapshot.time_wait_left_out, 1U);
}

}  // namespace
