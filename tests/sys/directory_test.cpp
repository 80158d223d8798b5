// SPDX-License-Identifier: MIT
#include "sys/directory.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cerrno>

#include "support/fake_proc.hpp"
#include "sys/proc.hpp"

namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

TEST(Directory, ReadsWholeFilesOfAnySize) {
  fake::Proc tree;
  const auto proc = tree.file("empty", "").file("binary", std::string_view("a\0b\xff\n", 5)).open();
  EXPECT_EQ(*proc.read("empty"), "");
  EXPECT_EQ(*proc.read("binary"), std::string_view("a\0b\xff\n", 5));
  for (const std::size_t size : {4095U, 4096U, 4097U, 8192U, 100000U}) {
    const std::string large(size, 'x');
    tree.file("large", large);
    EXPECT_EQ(*proc.read("large"), large) << size;
  }
}

TEST(Directory, FailuresAreTheirErrno) {
  fake::Proc tree;
  const auto proc = tree.file("file", "x").open();
  EXPECT_EQ(proc.read("none").error(), ENOENT);
  EXPECT_EQ(proc.read("file/below").error(), ENOTDIR);
  EXPECT_EQ(proc.read(".").error(), EISDIR);
  EXPECT_EQ(proc.root()->directory("file").error(), ENOTDIR);
  EXPECT_EQ(sys::Directory::open(tree.path("none")).error(), ENOENT);
}

TEST(Directory, ListsEverythingButItself) {
  fake::Proc tree;
  const auto proc = tree.remove("self").file("a", "").directory("b").link("c", "nowhere").file(".hidden", "").open();
  std::vector<std::string> names;
  const auto note = [&](const char* name) { names.emplace_back(name); };
  EXPECT_EQ(proc.root()->each(note), 0);
  EXPECT_THAT(names, UnorderedElementsAre("a", "b", "c", ".hidden"));
  names.clear();
  EXPECT_EQ(proc.root()->each(note), 0) << "a second time, from the start";
  EXPECT_EQ(names.size(), 4U);
}

TEST(Directory, TellsSubdirectoriesFromTheRest) {
  fake::Proc tree;
  const auto proc = tree.remove("self").file("a", "").directory("b").link("c", "b").open();
  std::vector<std::string> names;
  EXPECT_EQ(proc.root()->each_directory([&](const char* name) { names.emplace_back(name); }), 0);
  EXPECT_THAT(names, ElementsAre("b"));
}

TEST(Directory, ListsMoreEntriesThanOneBufferHolds) {
  fake::Proc tree;
  for (int i = 0; i < 1200; ++i) tree.link("fd/" + std::to_string(i), "socket:[1]");
  const auto proc = tree.open();
  std::size_t count = 0;
  proc.root()->directory("fd")->each([&](const char*) { ++count; });
  EXPECT_EQ(count, 1200U);
}

TEST(Directory, LinksAreReadNotFollowed) {
  fake::Proc tree;
  const auto proc = tree.link("5", "socket:[777]").file("plain", "").open();
  std::array<char, 64> buffer{};
  EXPECT_EQ(*proc.root()->link("5", buffer), "socket:[777]");
  std::array<char, 6> small{};
  EXPECT_EQ(*proc.root()->link("5", small), "socket");
  EXPECT_EQ(proc.root()->link("plain", buffer).error(), EINVAL);
  EXPECT_EQ(proc.root()->link("none", buffer).error(), ENOENT);
}

TEST(Directory, ItsInodeIsThatOfTheFileSystem) {
  fake::Proc tree;
  const auto proc = tree.directory("a").open();
  const auto inode = proc.root()->directory("a")->inode();
  ASSERT_TRUE(inode);
  EXPECT_NE(*inode, *proc.root()->inode());
}

TEST(Proc, AMissingRootAnswersWithItsErrno) {
  const sys::Proc proc("/nonexistent-root-of-a-test");
  EXPECT_FALSE(proc.root());
  EXPECT_EQ(proc.read("stat").error(), ENOENT);
}

TEST(Proc, OfARecordedTreeNobodyTellsWhichTasksShareDescriptors) {
  fake::Proc tree;
  EXPECT_EQ(tree.open().compare_descriptors(1, 1), std::nullopt);
}

TEST(Proc, ATaskSharesItsDescriptorsWithItself) {
  EXPECT_EQ(sys::Proc().compare_descriptors(getpid(), getpid()), std::strong_ordering::equal);
}

TEST(Directory, ReadsNoMoreThanAsked) {
  fake::Proc tree;
  const auto proc = tree.file("long", std::string(100000, 'x')).open();
  EXPECT_EQ(proc.root()->read("long", 5000)->size(), 5000U);
  EXPECT_EQ(proc.root()->read("long")->size(), 100000U);
}

TEST(Proc, TheRealOneIsProcfs) {
  const sys::Proc proc;
  if (!proc.root()) GTEST_SKIP() << "no /proc here";
  EXPECT_TRUE(proc.read("self/stat"));
}

TEST(Fd, IsClosedWhenItGoes) {
  int number = -1;
  {
    sys::Fd fd(::open("/", O_RDONLY | O_CLOEXEC));
    ASSERT_TRUE(fd);
    sys::Fd moved = std::move(fd);
    number = moved.number();
    EXPECT_NE(::fcntl(number, F_GETFD), -1);
  }
  EXPECT_EQ(::fcntl(number, F_GETFD), -1);
}

TEST(Result, IsAValueOrAnErrno) {
  const sys::Result<int> good(7);
  EXPECT_TRUE(good);
  EXPECT_EQ(*good, 7);
  const auto bad = sys::Result<int>::failure(EACCES);
  EXPECT_FALSE(bad);
  EXPECT_EQ(bad.error(), EACCES);
}

}  // namespace
