// SPDX-License-Identifier: MIT
// What an observer does not read a second time, and what it never believes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include "collect/memory.hpp"
#include "collect/owner_recall.hpp"
#include "collect/take_snapshot.hpp"
#include "support/asking.hpp"
#include "support/fake_socket_files.hpp"
#include "support/netlink_rows.hpp"
#include "support/printers.hpp"

namespace {

using fake::holding;
using portscope::Need;
using portscope::OwnerRoad;
using portscope::OwnerStatus;
using portscope::Snapshot;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr int both_at_once = 0;

std::uint64_t ticks(std::uint64_t count) {
  return count * (1000000000U / static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK)));
}

/// TCP listeners with these inodes, looked at again and again.
struct Watched {
  fake::Asking asking;
  fake::SocketFiles files;
  collect::Memory memory;
  portscope::Time now{std::chrono::hours(1)};

  explicit Watched(OwnerRoad road) {
    asking.request.selection.transports = {portscope::Transport::tcp};
    asking.request.needs = {Need::owners};
    asking.request.owners = road;
  }

  Snapshot look(const std::vector<std::uint32_t>& inodes) {
    fake::Reply reply;
    for (const std::uint32_t inode : inodes) {
      fake::InetRow row;
      row.inode = inode;
      row.cookie = inode + 1000U;
      row.local_port = static_cast<std::uint16_t>(inode);
      row.uid = 33;
      reply.rows.push_back(fake::inet_row(row));
    }
    fake::Diag diag;
    diag.script(AF_INET, both_at_once, {reply});
    const sys::Proc proc = asking.tree.open();
    now += std::chrono::seconds(1);
    return collect::take_snapshot(asking.request, {diag, proc, &files}, {now, {}}, &memory);
  }
};

std::vector<std::int32_t> pids(const Snapshot& snapshot) {
  std::vector<std::int32_t> found;
  for (const auto& process : snapshot.processes) found.push_back(process.pid);
  return found;
}

TEST(Observer, LoadsAnIteratorOnceHoweverFewFilesAreOpen) {
  Watched watched(OwnerRoad::any);
  watched.asking.tree.file("sys/fs/file-nr", "100 0 9999\n");
  watched.files.walks = {{holding(3, "a", 6, 777)}};
  for (int i = 0; i < 3; ++i) EXPECT_THAT(pids(watched.look({777})), ElementsAre(3));
  EXPECT_THAT(watched.files.opened, ElementsAre(sys::Iterator::by_table));
  EXPECT_EQ(watched.files.walked, 3U) << "who holds what is asked each time";
  EXPECT_EQ(watched.memory.road, OwnerRoad::bpf);
}

TEST(Observer, AnotherQuestionTakesAnotherIterator) {
  Watched watched(OwnerRoad::bpf);
  watched.files.walks = {{holding(3, "a", 6, 777)}};
  watched.look({777});
  watched.asking.request.selection.listening_only = true;
  watched.look({777});
  watched.look({777});
  ASSERT_THAT(watched.files.choices, SizeIs(2));
  EXPECT_NE(watched.files.choices[0].tcp_states, watched.files.choices[1].tcp_states);
}

TEST(Observer, AnIteratorThatBreaksIsOpenedAnew) {
  Watched watched(OwnerRoad::bpf);
  watched.files.walks = {{holding(3, "a", 6, 777)}};
  watched.look({777});
  watched.files.walk_error = EIO;
  watched.look({777});
  watched.files.walk_error = 0;
  EXPECT_THAT(pids(watched.look({777})), ElementsAre(3));
  EXPECT_THAT(watched.files.opened, SizeIs(2));
}

/// The record of a process that runs a program whose code lies there; /proc says the same.
socket_file running(Watched& watched, std::uint64_t start, std::uint64_t code) {
  watched.asking.tree.file("3/stat", "3 (a) S 1 3 3 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 " + std::to_string(start) +
                                         " 0 0 0 " + std::to_string(code) + " 8192 12288 0\n");
  auto file = holding(3, "a", 6, 777);
  file.start = ticks(start);
  file.code = code;
  return file;
}

std::string exe(const Snapshot& snapshot) { return std::string(snapshot.text(snapshot.processes.at(0).exe)); }

TEST(Observer, ReadsTheDetailsOfAProcessOnce) {
  Watched watched(OwnerRoad::bpf);
  watched.asking.request.needs.insert(Need::process_details);
  watched.asking.tree.process(3, "a");
  watched.files.walks = {{running(watched, 250, 4096)}};
  EXPECT_EQ(exe(watched.look({777})), "/usr/sbin/a");
  watched.asking.tree.remove("3");
  EXPECT_EQ(exe(watched.look({777})), "/usr/sbin/a") << "nothing was read";
}

TEST(Observer, AnotherProcessOrProgramIsReadAnew) {
  for (const auto& [start, code] : {std::pair{251U, 4096U}, std::pair{250U, 5000U}}) {
    Watched watched(OwnerRoad::bpf);
    watched.asking.request.needs.insert(Need::process_details);
    watched.asking.tree.process(3, "a");
    watched.files.walks = {{running(watched, 250, 4096)}};
    watched.look({777});
    watched.files.walks = {{running(watched, start, code)}};
    watched.files.walked = 0;
    watched.asking.tree.remove("3/exe").link("3/exe", "/bin/other");
    EXPECT_EQ(exe(watched.look({777})), "/bin/other") << start << " " << code;
  }
}

TEST(Observer, WhatAProcessChangesByItselfIsReadAgainAfterAWhile) {
  Watched watched(OwnerRoad::bpf);
  watched.asking.request.needs.insert(Need::process_details);
  watched.asking.tree.process(3, "a");
  watched.files.walks = {{running(watched, 250, 4096)}};
  watched.look({777});
  watched.asking.tree.remove("3/exe").link("3/exe", "/bin/other");
  EXPECT_EQ(exe(watched.look({777})), "/usr/sbin/a");
  watched.now += collect::ProcessMemory::fresh;
  EXPECT_EQ(exe(watched.look({777})), "/bin/other");
}

TEST(Observer, DoesNotSearchProcessesThatHeldNothing) {
  Watched watched(OwnerRoad::proc);
  watched.asking.tree.process(3, "a").holds(3, 6, 777).process(4, "b");
  EXPECT_THAT(pids(watched.look({777})), ElementsAre(3));
  watched.asking.tree.holds(4, 9, 777);
  EXPECT_THAT(pids(watched.look({777})), ElementsAre(3)) << "process 4 was not looked into";
  for (int i = 0; i < collect::OwnerRecall::looks_between_walks; ++i) watched.look({777});
  EXPECT_THAT(pids(watched.look({777})), ElementsAre(3, 4)) << "but it is, now and then";
  EXPECT_EQ(watched.memory.road, OwnerRoad::proc);
}

TEST(Observer, NeverNamesAHolderThatIsNoneAnyMore) {
  Watched watched(OwnerRoad::proc);
  watched.asking.tree.process(3, "a").holds(3, 6, 777).holds(3, 7, 888).process(4, "b").holds(4, 5, 777);
  watched.look({777, 888});
  watched.asking.tree.remove("3/fd/6").holds(3, 6, 999);
  const Snapshot snapshot = watched.look({777, 888});
  EXPECT_THAT(snapshot.holders_of(777U), SizeIs(1));
  EXPECT_EQ(snapshot.processes[snapshot.holders_of(777U)[0].process].pid, 4);
  EXPECT_THAT(snapshot.holders_of(888U), SizeIs(1));
}

TEST(Observer, AnotherProcessWithThePidIsNotTakenForTheOldOne) {
  Watched watched(OwnerRoad::proc);
  watched.asking.tree.process(3, "a").holds(3, 6, 777);
  watched.look({777});
  watched.asking.tree.file("3/stat", "3 (new) S 1 3 3 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 999 0 0 0 1 1 1 0\n");
  const Snapshot snapshot = watched.look({777});
  ASSERT_THAT(snapshot.processes, SizeIs(1));
  EXPECT_EQ(snapshot.text(snapshot.processes[0].name), "new") << "it was found by a walk, and holds the socket too";
}

TEST(Observer, ANewSocketIsLookedForAmongAll) {
  Watched watched(OwnerRoad::proc);
  watched.asking.tree.process(3, "a").holds(3, 6, 777).process(4, "b");
  watched.look({777});
  watched.asking.tree.holds(4, 9, 888);
  EXPECT_THAT(pids(watched.look({777, 888})), ElementsAre(3, 4));
}

TEST(Observer, ANewProcessIsLookedIntoForEverything) {
  Watched watched(OwnerRoad::proc);
  watched.asking.tree.process(3, "a").holds(3, 6, 777);
  watched.look({777});
  watched.asking.tree.process(5, "child").holds(5, 6, 777);
  EXPECT_THAT(pids(watched.look({777})), ElementsAre(3, 5));
}

TEST(Observer, WhatIsHiddenStaysHidden) {
  Watched watched(OwnerRoad::proc);
  watched.asking.tree.process(3, "a").holds(3, 6, 777).process(10, "c").remove("10/fd").file("10/fd", "");
  for (int i = 0; i < 4; ++i) {
    const Snapshot snapshot = watched.look({777, 888});
    EXPECT_EQ(snapshot.sockets.at(0).owner_status, OwnerStatus::known) << i;
    EXPECT_EQ(snapshot.sockets.at(1).owner_status, OwnerStatus::hidden) << i;
    EXPECT_THAT(snapshot.gaps, SizeIs(1)) << i;
  }
}

TEST(Observer, ASocketWhoseHolderCameLateIsFoundByTheNextLook) {
  Watched watched(OwnerRoad::proc);
  watched.asking.tree.process(3, "a").holds(3, 6, 777);
  watched.look({777});
  EXPECT_EQ(watched.look({777, 888}).sockets.at(1).owner_status, OwnerStatus::gone);
  watched.asking.tree.holds(3, 7, 888);
  EXPECT_EQ(watched.look({777, 888}).sockets.at(1).owner_status, OwnerStatus::known);
}

}  // namespace
