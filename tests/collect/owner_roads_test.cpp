// SPDX-License-Identifier: MIT
// Holders by the kernel's iterators: which road is chosen, what its records mean, and what is left to /proc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include "collect/attribute.hpp"
#include "collect/owner_match.hpp"
#include "collect/owner_search.hpp"
#include "support/asking.hpp"
#include "support/fake_socket_files.hpp"
#include "support/netlink_rows.hpp"
#include "support/printers.hpp"

namespace {

using collect::OwnerSearch;
using fake::Asking;
using fake::holding;
using portscope::Holder;
using portscope::Need;
using portscope::OwnerRoad;
using portscope::OwnerStatus;
using portscope::Snapshot;
using portscope::Socket;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

/// Sockets with these inodes, of which the kernel lists all, attributed by the road that is asked for.
struct OwnerScene {
  Asking asking;
  fake::SocketFiles files;
  bool found_iterator = false;

  Snapshot attributed(std::vector<Socket> sockets, OwnerRoad road) {
    fake::Reply reply;
    for (const Socket& socket : sockets) {
      fake::InetRow row;
      row.inode = socket.inode;
      reply.rows.push_back(fake::inet_row(row));
    }
    asking.diag.script(AF_INET, fake::both_at_once, {reply});
    Snapshot snapshot;
    snapshot.sockets = std::move(sockets);
    const sys::Proc proc = asking.tree.open();
    const collect::Doors doors{asking.diag, proc, &files};
    asking.request.owners = road;
    OwnerSearch search(asking.request, doors);
    found_iterator = search.has_iterator();
    collect::attribute({doors, asking.request, snapshot.strings, snapshot.details}, {}, &search, snapshot);
    return snapshot;
  }
};

Socket with_number(std::uint32_t inode, std::uint64_t cookie = 0) {
  Socket socket;
  socket.state = portscope::State::listen;
  socket.inode = inode;
  socket.cookie = cookie;
  return socket;
}

TEST(OwnerRoads, ARecordNamesProcessAndDescriptor) {
  OwnerScene scene;
  scene.files.walks = {{holding(3, "a", 6, 777), holding(3, "a", 7, 888), holding(20, "b", 5, 777)}};
  const Snapshot snapshot = scene.attributed({with_number(777), with_number(888)}, OwnerRoad::bpf);
  ASSERT_THAT(snapshot.processes, SizeIs(2));
  EXPECT_EQ(snapshot.processes[1].pid, 20);
  EXPECT_EQ(snapshot.processes[1].ppid, 1);
  EXPECT_EQ(snapshot.text(snapshot.processes[1].name), "b");
  EXPECT_THAT(snapshot.holders, ElementsAre(Holder{777, 0, 6, 0}, Holder{777, 1, 5, 0}, Holder{888, 0, 7, 0}));
  EXPECT_EQ(snapshot.sockets[1].owner_status, OwnerStatus::known);
  EXPECT_THAT(snapshot.gaps, IsEmpty());
}

TEST(OwnerRoads, AThreadIsNamedWhereOnlyItsTableHasTheSocket) {
  OwnerScene scene;
  auto own = holding(3, "a", 9, 888);
  own.tid = 5;
  auto copy = holding(3, "a", 6, 777);
  copy.tid = 5;
  scene.files.walks = {{holding(3, "a", 6, 777), copy, own}};
  const Snapshot snapshot = scene.attributed({with_number(777), with_number(888)}, OwnerRoad::bpf);
  EXPECT_THAT(snapshot.holders, ElementsAre(Holder{777, 0, 6, 0}, Holder{888, 0, 9, 5}));
}

TEST(OwnerRoads, AnInodeThatIsUsedAgainIsToldByItsCookie) {
  OwnerScene scene;
  auto other = holding(3, "stranger", 6, 777);
  other.cookie = 42;
  auto right = holding(4, "right", 6, 777);
  right.cookie = 43;
  scene.files.walks = {{other, right}};
  const Snapshot snapshot = scene.attributed({with_number(777, 43)}, OwnerRoad::bpf);
  ASSERT_THAT(snapshot.processes, SizeIs(1));
  EXPECT_EQ(snapshot.processes[0].pid, 4);
}

TEST(OwnerRoads, ASubflowIsHeldByWhoHoldsItsMptcpSocket) {
  OwnerScene scene;
  auto mptcp = holding(3, "a", 6, 777);
  mptcp.cookie = 42;
  mptcp.protocol = IPPROTO_MPTCP;
  scene.files.walks = {{mptcp}};
  const Snapshot snapshot = scene.attributed({with_number(777, 43)}, OwnerRoad::bpf);
  EXPECT_EQ(snapshot.sockets[0].owner_status, OwnerStatus::known);
}

TEST(OwnerRoads, WhoOpenedASocketMeanwhileIsFoundByASecondWalk) {
  OwnerScene scene;
  scene.files.walks = {{holding(3, "a", 6, 777)}, {holding(3, "a", 6, 777), holding(3, "a", 7, 888)}};
  const Snapshot snapshot = scene.attributed({with_number(777), with_number(888)}, OwnerRoad::bpf);
  EXPECT_THAT(snapshot.holders, ElementsAre(Holder{777, 0, 6, 0}, Holder{888, 0, 7, 0}));
  EXPECT_THAT(snapshot.processes, SizeIs(1));
}

TEST(OwnerRoads, WhomNoIteratorShowsIsLookedForInProc) {
  OwnerScene scene;
  scene.files.walks = {{}};
  scene.asking.tree.process(9, "b").holds(9, 4, 777).process(10, "c").remove("10/fd").file("10/fd", "");
  const Snapshot snapshot = scene.attributed({with_number(777), with_number(888)}, OwnerRoad::bpf);
  EXPECT_EQ(snapshot.sockets[0].owner_status, OwnerStatus::known);
  EXPECT_EQ(snapshot.sockets[1].owner_status, OwnerStatus::hidden) << "by the process that /proc does not open";
  EXPECT_EQ(scene.files.walked, 2U);
}

TEST(OwnerRoads, DetailsAreThoseOfTheSameProcessOnly) {
  const auto exe_of = [](std::uint64_t start, std::string_view name, std::uint64_t code) {
    OwnerScene scene;
    scene.asking.request.needs.insert(Need::process_details);
    auto file = holding(3, name, 6, 777);
    file.start = start;
    file.code = code;
    scene.files.walks = {{file}};
    scene.asking.tree.process(3, "a").file(
        "3/stat", "3 (a) S 1 3 3 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 250 0 0 0 4096 8192 12288 0\n");
    const Snapshot snapshot = scene.attributed({with_number(777)}, OwnerRoad::bpf);
    EXPECT_EQ(snapshot.text(snapshot.processes.at(0).name), name) << "who held it is known all the same";
    return std::string(snapshot.text(snapshot.processes.at(0).exe));
  };
  const std::uint64_t tick = 1000000000U / static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
  EXPECT_EQ(exe_of(250 * tick, "a", 4096), "/usr/sbin/a");
  EXPECT_EQ(exe_of(250 * tick + 1, "a", 0), "/usr/sbin/a") << "where the code lies is not told to everybody";
  EXPECT_EQ(exe_of(251 * tick, "a", 4096), "") << "another process has the number now";
  EXPECT_EQ(exe_of(250 * tick, "b", 4096), "") << "it runs another program now";
  EXPECT_EQ(exe_of(250 * tick, "a", 8192), "") << "even by the same name";
}

TEST(OwnerRoads, LeftToChooseItLoadsAnIteratorForManyFilesOnly) {
  for (const auto& [files, loaded] : {std::pair{"900 0 99999\n", false}, std::pair{"100000 0 999999\n", true}}) {
    OwnerScene scene;
    scene.asking.tree.file("sys/fs/file-nr", files).process(3, "a").holds(3, 6, 777);
    scene.files.walks = {{holding(3, "a", 6, 777)}};
    EXPECT_EQ(scene.attributed({with_number(777)}, OwnerRoad::any).holders.size(), 1U);
    EXPECT_EQ(scene.files.walked > 0, loaded) << files;
  }
}

TEST(OwnerRoads, APinnedIteratorIsTakenWhereThereIsOne) {
  OwnerScene scene;
  scene.files.pinned_error = 0;
  scene.files.walks = {{holding(3, "a", 6, 777)}};
  EXPECT_THAT(scene.attributed({with_number(777)}, OwnerRoad::any).holders, SizeIs(1));
  EXPECT_THAT(scene.files.opened, ElementsAre(sys::Iterator::pinned));
}

TEST(OwnerRoads, InAPidNamespaceOfItsOwnTheNumbersWouldBeThoseOfAnother) {
  for (const char* name : {"pid", "time"}) {
    OwnerScene scene;
    scene.asking.tree.link(std::string("self/ns/") + name, std::string(name) + ":[4026532000]")
        .process(3, "a")
        .holds(3, 6, 777);
    scene.files.pinned_error = 0;
    EXPECT_THAT(scene.attributed({with_number(777)}, OwnerRoad::any).holders, SizeIs(1));
    EXPECT_THAT(scene.files.opened, IsEmpty());
    EXPECT_FALSE(scene.found_iterator);
  }
}

TEST(OwnerRoads, ARoadThatWasAskedForAndCannotBeGoneIsAGap) {
  OwnerScene scene;
  scene.files.loaded_error = EPERM;
  scene.asking.tree.process(3, "a").holds(3, 6, 777);
  const Snapshot snapshot = scene.attributed({with_number(777)}, OwnerRoad::bpf);
  EXPECT_EQ(snapshot.sockets[0].owner_status, OwnerStatus::hidden);
  ASSERT_THAT(snapshot.gaps, SizeIs(1));
  EXPECT_EQ(snapshot.gaps[0].why, "EPERM");
  EXPECT_NE(snapshot.gaps[0].remedy.find("CAP_BPF"), std::string::npos);
}

TEST(OwnerRoads, LeftToChooseItGoesByProcWhenAnIteratorFails) {
  OwnerScene scene;
  scene.files.pinned_error = 0;
  scene.files.walk_error = EIO;
  scene.asking.tree.process(3, "a").holds(3, 6, 777);
  const Snapshot snapshot = scene.attributed({with_number(777)}, OwnerRoad::any);
  EXPECT_EQ(snapshot.sockets[0].owner_status, OwnerStatus::known);
  EXPECT_THAT(snapshot.gaps, IsEmpty());
}

TEST(OwnerRoads, ASearchThatNobodyWaitsForEnds) {
  Asking asking;
  asking.tree.file("sys/fs/file-nr", "100000 0 999999\n");
  fake::SocketFiles files;
  files.walks = {{holding(3, "a", 6, 777)}};
  files.is_endless = true;
  const sys::Proc proc = asking.tree.open();
  { const OwnerSearch search(asking.request, {asking.diag, proc, &files}); }
  EXPECT_THAT(files.opened, ElementsAre(sys::Iterator::by_table));
}

TEST(OwnerRoads, LeftToChooseItGoesByProcWhenAnIteratorCannotBeLoaded) {
  OwnerScene scene;
  scene.files.loaded_error = EPERM;
  scene.asking.tree.file("sys/fs/file-nr", "100000 0 999999\n").process(3, "a").holds(3, 6, 777);
  const Snapshot snapshot = scene.attributed({with_number(777)}, OwnerRoad::any);
  EXPECT_EQ(snapshot.sockets[0].owner_status, OwnerStatus::known);
  EXPECT_THAT(snapshot.gaps, IsEmpty());
  EXPECT_FALSE(scene.found_iterator);
  EXPECT_THAT(scene.files.opened, ElementsAre(sys::Iterator::by_table, sys::Iterator::by_file, sys::Iterator::pinned));
}

}  // namespace
