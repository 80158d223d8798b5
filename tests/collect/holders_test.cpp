// SPDX-License-Identifier: MIT
#include "collect/holders.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <map>

#include "support/fake_proc.hpp"
#include "support/unprivileged.hpp"

namespace {

using collect::HolderScan;
using collect::WalkLimits;
using portscope::Holder;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

struct Walked {
  WalkLimits limits;
  std::map<int, std::vector<Holder>> found;  // by pid
};

Walked walk(const sys::Proc& proc, const std::vector<std::uint32_t>& wanted) {
  Walked walked;
  walked.limits = collect::walk_holders(
      proc, wanted, collect::WalkScope{},
      [&](const sys::Directory&, HolderScan scan) { walked.found[scan.pid] = std::move(scan.holders); });
  return walked;
}

TEST(SocketInode, IsReadFromTheLink) {
  EXPECT_EQ(collect::socket_inode("socket:[12345]"), 12345U);
  for (const char* link :
       {"", "socket:[]", "socket:[x]", "socket:[1", "socket:[-1]", "pipe:[1]", "socket:[99999999999]",
        "/tmp/socket:[1]", "socket:[1] (deleted)", "anon_inode:[eventpoll]"}) {
    EXPECT_EQ(collect::socket_inode(link), 0U) << link;
  }
}

TEST(Holders, EveryProcessAndDescriptorCounts) {
  fake::Proc tree;
  tree.process(10, "nginx").holds(10, 6, 777).holds(10, 9, 777).process(11, "nginx").holds(11, 6, 777);
  const auto walked = walk(tree.open(), {777});
  ASSERT_THAT(walked.found, SizeIs(2));
  EXPECT_THAT(walked.found.at(10), ElementsAre(Holder{777, 0, 6, 0}, Holder{777, 0, 9, 0}));
  EXPECT_THAT(walked.found.at(11), ElementsAre(Holder{777, 0, 6, 0}));
  EXPECT_EQ(walked.limits.error, 0);
  EXPECT_EQ(walked.limits.unreadable, 0U);
}

TEST(Holders, OnlyWantedSocketsAreHandedOver) {
  fake::Proc tree;
  tree.process(10, "a").holds(10, 3, 1).link("10/fd/4", "/dev/null").link("10/fd/5", "pipe:[2]").holds(10, 6, 3);
  const auto walked = walk(tree.open(), {2, 3});
  EXPECT_THAT(walked.found.at(10), ElementsAre(Holder{3, 0, 6, 0}));
}

TEST(Holders, AProcessWithoutAnyIsNotHandedOver) {
  fake::Proc tree;
  tree.process(10, "a").holds(10, 3, 1).file("uptime", "1 1").directory("sys").link("self", "10");
  EXPECT_THAT(walk(tree.open(), {2}).found, IsEmpty());
}

TEST(Holders, AThreadWithItsOwnTableIsLookedInto) {
  fake::Proc tree;
  tree.process(10, "a").holds(10, 3, 1).thread_holds(10, 12, 7, 2);
  const auto walked = walk(tree.open(), {1, 2});
  EXPECT_THAT(walked.found.at(10), ElementsAre(Holder{1, 0, 3, 0}, Holder{2, 0, 7, 12}));
}

TEST(Holders, AThreadThatSharesTheTableIsNotToldTwice) {
  fake::Proc tree;
  tree.process(10, "a").holds(10, 3, 1).thread_holds(10, 12, 3, 1);
  EXPECT_THAT(walk(tree.open(), {1}).found.at(10), ElementsAre(Holder{1, 0, 3, 0}));
}

TEST(Holders, TheThreadsOfADeadMainThreadAreLookedInto) {
  fake::Proc tree;
  tree.process(10, "a").remove("10/fd").thread_holds(10, 12, 7, 2);
  EXPECT_THAT(walk(tree.open(), {2}).found.at(10), ElementsAre(Holder{2, 0, 7, 12}));
}

TEST(Holders, AProcessThatEndsMeanwhileHidesNothing) {
  fake::Proc tree;
  tree.process(10, "a").remove("10/fd");
  const auto walked = walk(tree.open(), {1});
  EXPECT_EQ(walked.limits.unreadable, 0U);
  EXPECT_THAT(walked.found, IsEmpty());
}

TEST(Holders, AnUnreadableTableIsCountedOnceForEachProcess) {
  fake::Proc tree;
  tree.process(10, "a").thread_holds(10, 12, 3, 1);
  tree.process(20, "b").holds(20, 3, 1);
  // A plain file in the place of the directory fails with ENOTDIR, whoever asks.
  tree.remove("10/fd").file("10/fd", "").remove("10/task/12/fd").file("10/task/12/fd", "");
  const auto walked = walk(tree.open(), {1});
  EXPECT_EQ(walked.limits.unreadable, 1U);
  EXPECT_EQ(walked.limits.why, ENOTDIR);
  EXPECT_THAT(walked.found, SizeIs(1)) << "the others are still found";
}

TEST(Holders, WhatOneMayNotLookIntoIsTold) {
  fake::Proc tree;
  tree.process(10, "a").holds(10, 3, 1).forbid("10/fd").process(20, "b").holds(20, 3, 1);
  EXPECT_EQ(fake::ask_unprivileged([&] {
              const auto walked = walk(tree.open(), {1});
              const bool as_told = walked.limits.unreadable == 1 && walked.limits.why == EACCES &&
                                   walked.limits.error == 0 && walked.found.size() == 1;
              return std::string(as_told ? "one" : "wrong");
            }),
            "one");
}

TEST(Holders, WithoutProcTheWalkFails) {
  EXPECT_EQ(walk(sys::Proc("/nonexistent-root-of-a-test"), {1}).limits.error, ENOENT);
}

TEST(Holders, OnlyProcessesInScopeAreLookedInto) {
  fake::Proc tree;
  tree.process(10, "a").holds(10, 3, 1).process(11, "b").holds(11, 3, 1);
  std::vector<int> found;
  const sys::Proc proc = tree.open();
  const collect::WalkScope scope{collect::Care::usual, collect::Hands::one,
                                 [](const sys::Directory&, int pid) { return pid == 11; }};
  const std::vector<std::uint32_t> wanted{1};
  collect::walk_holders(proc, wanted, scope,
                        [&](const sys::Directory&, const HolderScan& scan) { found.push_back(scan.pid); });
  EXPECT_THAT(found, ElementsAre(11));
}

TEST(Holders, ManyHandsFindTheSame) {
  fake::Proc tree;
  tree.file("sys/fs/file-nr", "100000\t0\t9223372036854775807\n");
  std::vector<std::uint32_t> wanted;
  for (int pid = 100; pid < 160; ++pid) {
    const auto inode = static_cast<unsigned>(pid);
    tree.process(pid, "a").holds(pid, 3, inode).holds(pid, 4, 1000 + inode).holds(pid, 5, 7);
    wanted.push_back(inode);
  }
  wanted.insert(wanted.begin(), 7);
  const sys::Proc proc = tree.open();
  std::map<int, std::vector<Holder>> found;
  collect::walk_holders(proc, wanted, {collect::Care::usual, collect::Hands::many},
                        [&](const sys::Directory&, HolderScan scan) { found[scan.pid] = std::move(scan.holders); });
  ASSERT_THAT(found, SizeIs(60));
  for (const auto& [pid, holders] : found) {
    EXPECT_THAT(holders, ElementsAre(Holder{7, 0, 5, 0}, Holder{static_cast<unsigned>(pid), 0, 3, 0}));
  }
}

}  // namespace
