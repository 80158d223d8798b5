// SPDX-License-Identifier: MIT
#include "collect/attribute.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include "collect/visibility.hpp"
#include "support/asking.hpp"
#include "support/netlink_rows.hpp"
#include "support/printers.hpp"
#include "support/unprivileged.hpp"

namespace {

using fake::Asking;
using portscope::Gap;
using portscope::Holder;
using portscope::Need;
using portscope::OwnerStatus;
using portscope::Snapshot;
using portscope::Socket;
using portscope::State;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Socket with_inode(std::uint32_t inode) {
  Socket socket;
  socket.state = State::listen;
  socket.inode = inode;
  return socket;
}

fake::Row row_with_inode(std::uint32_t inode) {
  fake::InetRow row;
  row.inode = inode;
  return fake::inet_row(row);
}

/// Attributes sockets with these inodes, of which the kernel still lists `open`.
Snapshot attributed(Asking& asking, const std::vector<std::uint32_t>& inodes, const std::vector<std::uint32_t>& open) {
  fake::Reply reply;
  for (const auto inode : open) reply.rows.push_back(row_with_inode(inode));
  asking.diag.script(AF_INET, fake::both_at_once, {reply});
  Snapshot snapshot;
  for (const auto inode : inodes) snapshot.sockets.push_back(with_inode(inode));
  const sys::Proc proc = asking.tree.open();
  collect::attribute({{asking.diag, proc}, asking.request, snapshot.strings, snapshot.details}, {}, nullptr, snapshot);
  return snapshot;
}

TEST(Attribute, AllHoldersOfASocketAreTold) {
  Asking asking;
  asking.tree.process(20, "b").holds(20, 5, 777).process(3, "a").holds(3, 6, 777).holds(3, 7, 888);
  const Snapshot snapshot = attributed(asking, {777, 888}, {777, 888});
  ASSERT_THAT(snapshot.processes, SizeIs(2));
  EXPECT_EQ(snapshot.processes[0].pid, 3);
  EXPECT_EQ(snapshot.processes[1].pid, 20);
  EXPECT_THAT(snapshot.holders, ElementsAre(Holder{777, 0, 6, 0}, Holder{777, 1, 5, 0}, Holder{888, 0, 7, 0}));
  EXPECT_EQ(snapshot.sockets[0].owner_status, OwnerStatus::known);
  EXPECT_EQ(snapshot.text(snapshot.processes[1].name), "b");
  EXPECT_THAT(snapshot.gaps, IsEmpty());
  EXPECT_THAT(asking.diag.asked, IsEmpty()) << "nothing is open to doubt, so the kernel is not asked again";
}

TEST(Attribute, DetailsAreReadOnlyWhenNeeded) {
  Asking asking;
  asking.tree.process(3, "a").holds(3, 6, 777);
  EXPECT_EQ(attributed(asking, {777}, {}).processes.at(0).exe, portscope::StringId::none);
  asking.request.needs.insert(Need::process_details);
  const Snapshot snapshot = attributed(asking, {777}, {});
  EXPECT_EQ(snapshot.text(snapshot.processes.at(0).exe), "/usr/sbin/a");
}

TEST(Attribute, ASocketWithoutAFileHasNoOwner) {
  Asking asking;
  const Snapshot snapshot = attributed(asking, {0}, {});
  EXPECT_EQ(snapshot.sockets[0].owner_status, OwnerStatus::none);
  EXPECT_THAT(snapshot.gaps, IsEmpty());
}

TEST(Attribute, ASocketTheKernelListsNoMoreIsGone) {
  Asking asking;
  asking.tree.process(3, "a");
  const Snapshot snapshot = attributed(asking, {777, 888}, {888});
  EXPECT_EQ(snapshot.sockets[0].owner_status, OwnerStatus::gone);
  EXPECT_EQ(snapshot.sockets[1].owner_status, OwnerStatus::kernel);
  EXPECT_THAT(snapshot.gaps, IsEmpty());
}

TEST(Attribute, BehindAProcessThatMayNotBeReadOwnersAreHiddenAndCounted) {
  Asking asking;
  asking.tree.process(3, "a").holds(3, 6, 1).process(9, "b").remove("9/fd").file("9/fd", "");
  const Snapshot snapshot = attributed(asking, {1, 2, 3, 4}, {2, 3});
  EXPECT_EQ(snapshot.sockets[0].owner_status, OwnerStatus::known);
  EXPECT_EQ(snapshot.sockets[1].owner_status, OwnerStatus::hidden);
  EXPECT_EQ(snapshot.sockets[2].owner_status, OwnerStatus::hidden);
  EXPECT_EQ(snapshot.sockets[3].owner_status, OwnerStatus::gone);
  ASSERT_THAT(snapshot.gaps, SizeIs(1));
  EXPECT_EQ(snapshot.gaps[0].what, Gap::What::owners);
  EXPECT_EQ(snapshot.gaps[0].transport, std::nullopt);
  EXPECT_EQ(snapshot.gaps[0].count, 2U);
  EXPECT_EQ(snapshot.gaps[0].why, "ENOTDIR");
  EXPECT_FALSE(snapshot.gaps[0].remedy.empty());
}

TEST(Attribute, WithoutProcEveryOwnerIsHidden) {
  Asking asking;
  asking.diag.script(AF_INET, fake::both_at_once, {{{row_with_inode(1)}}});
  const sys::Proc proc("/nonexistent-root-of-a-test");
  Snapshot snapshot;
  snapshot.sockets = {with_inode(1)};
  collect::attribute({{asking.diag, proc}, asking.request, snapshot.strings, snapshot.details}, {}, nullptr, snapshot);
  EXPECT_EQ(snapshot.sockets[0].owner_status, OwnerStatus::hidden);
  ASSERT_THAT(snapshot.gaps, SizeIs(1));
  EXPECT_EQ(snapshot.gaps[0].why, "ENOENT");
}

TEST(Attribute, WhenTheKernelCannotBeAskedAgainNothingIsCalledGone) {
  Asking asking;
  asking.tree.process(9, "b").remove("9/fd").file("9/fd", "");
  asking.diag.refuse_all(EPERM);
  Snapshot snapshot;
  snapshot.sockets = {with_inode(1)};
  const sys::Proc proc = asking.tree.open();
  collect::attribute({{asking.diag, proc}, asking.request, snapshot.strings, snapshot.details}, {}, nullptr, snapshot);
  EXPECT_EQ(snapshot.sockets[0].owner_status, OwnerStatus::hidden);
}

TEST(Attribute, AHolderThatEndedIsNotBlamed) {
  Asking asking;
  asking.tree.process(3, "a").holds(3, 6, 777).remove("3/stat");
  const Snapshot snapshot = attributed(asking, {777}, {});
  EXPECT_THAT(snapshot.processes, IsEmpty());
  EXPECT_THAT(snapshot.holders, IsEmpty());
  EXPECT_EQ(snapshot.sockets[0].owner_status, OwnerStatus::gone);
}

/// Of a failure that tells neither of an end nor of a right, nothing follows about the process.
TEST(Attribute, AHolderThatCannotBeReadIsHiddenNotGone) {
  Asking asking;
  asking.tree.process(3, "a").holds(3, 6, 777).remove("3/stat").directory("3/stat");
  const Snapshot snapshot = attributed(asking, {777}, {777});
  EXPECT_EQ(snapshot.sockets[0].owner_status, OwnerStatus::hidden);
  ASSERT_THAT(snapshot.gaps, SizeIs(1));
  EXPECT_EQ(snapshot.gaps[0].why, "EISDIR");
  EXPECT_EQ(snapshot.gaps[0].count, 1U);
}

TEST(Attribute, ASecondHolderThatCannotBeReadIsMissedAloud) {
  Asking asking;
  asking.tree.process(3, "a").holds(3, 6, 777).process(20, "b").holds(20, 5, 777);
  asking.tree.remove("20/stat").directory("20/stat");
  const Snapshot snapshot = attributed(asking, {777}, {777});
  EXPECT_THAT(snapshot.holders, ElementsAre(Holder{777, 0, 6, 0}));
  EXPECT_EQ(snapshot.sockets[0].owner_status, OwnerStatus::known);
  ASSERT_THAT(snapshot.gaps, SizeIs(1));
  EXPECT_EQ(snapshot.gaps[0].what, Gap::What::owners);
  EXPECT_EQ(snapshot.gaps[0].count, std::nullopt) << "of which sockets is not known";
}

TEST(Attribute, AThreadsOwnDescriptorNamesTheThread) {
  Asking asking;
  asking.tree.process(3, "a").thread_holds(3, 5, 6, 777);
  EXPECT_THAT(attributed(asking, {777}, {777}).holders, ElementsAre(Holder{777, 0, 6, 5}));
}

TEST(Visibility, EveryoneSeenMeansTheKernelItself) {
  fake::Proc tree;
  EXPECT_EQ(collect::judge_visibility(tree.open(), {}).status, OwnerStatus::kernel);
}

TEST(Visibility, OutsideTheFirstPidNamespaceTheHolderMayBeElsewhere) {
  fake::Proc first;
  first.link("self/ns/pid", "pid:[4026531836]");
  EXPECT_EQ(collect::judge_visibility(first.open(), {}).status, OwnerStatus::kernel);
  fake::Proc other;
  other.link("self/ns/pid", "pid:[4026532000]");
  const auto elsewhere = collect::judge_visibility(other.open(), {});
  EXPECT_EQ(elsewhere.status, OwnerStatus::elsewhere);
  EXPECT_FALSE(elsewhere.remedy.empty()) << "it is a gap, so it is told what would show it";
}

TEST(Visibility, AProcOfAnotherPidNamespaceHidesEveryone) {
  fake::Proc tree;
  tree.remove("self/ns/pid");
  EXPECT_EQ(collect::judge_visibility(tree.open(), {}).status, OwnerStatus::hidden);
}

TEST(Visibility, ACapabilityOfAUserNamespaceDoesNotLiftHidepid) {
  fake::Proc tree;
  tree.file("self/mountinfo", "22 1 0:21 / /proc rw - proc proc rw,hidepid=2\n");
  tree.file("self/uid_map", "         0      65534          1\n");
  EXPECT_EQ(collect::judge_visibility(tree.open(), {}).status, OwnerStatus::hidden);
}

TEST(Visibility, TheErrnoIsToldByName) {
  fake::Proc tree;
  const auto denied = collect::judge_visibility(tree.open(), {0, 3, EACCES});
  EXPECT_EQ(denied.status, OwnerStatus::hidden);
  EXPECT_EQ(denied.why, "EACCES");
  const auto exhausted = collect::judge_visibility(tree.open(), {EMFILE, 0, 0});
  EXPECT_EQ(exhausted.status, OwnerStatus::hidden);
  EXPECT_EQ(exhausted.why, "EMFILE");
  EXPECT_NE(exhausted.remedy.find("ulimit"), std::string::npos);
}

TEST(Visibility, WhoIsNotRootIsToldTheRight) {
  fake::Proc tree;
  EXPECT_EQ(fake::ask_unprivileged([&] {
              return collect::judge_visibility(tree.open(), {0, 1, EACCES}).remedy;
            }),
            "run as root, or see RIGHTS in portscope(8)");
}

std::string judged_behind(const std::string& option) {
  fake::Proc tree;
  tree.file("self/mountinfo",
            "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n22 1 0:21 / /proc rw - proc proc rw" + option + "\n");
  return fake::ask_unprivileged(
      [&] { return std::string(portscope::name(collect::judge_visibility(tree.open(), {}).status)); });
}

TEST(Visibility, AProcMountedWithHidepidHidesProcesses) {
  for (const char* option :
       {",hidepid=2", ",hidepid=1", ",hidepid=invisible", ",hidepid=ptraceable", ",gid=5,hidepid=4"}) {
    EXPECT_EQ(judged_behind(option), "hidden") << option;
  }
  for (const char* option : {"", ",hidepid=0", ",hidepid=off"}) EXPECT_EQ(judged_behind(option), "kernel") << option;
}

}  // namespace
