// SPDX-License-Identifier: MIT
#include "collect/cgroup_tree.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "support/fake_proc.hpp"

namespace {

using collect::cgroup_paths;
using portscope::StringPool;
using testing::IsEmpty;
using testing::SizeIs;

std::uint64_t inode_of(const std::string& path) {
  struct stat facts {};
  return ::stat(path.c_str(), &facts) == 0 ? facts.st_ino : 0;
}

/// A mount table that says the tree is below `top`.
fake::Proc& mounted(fake::Proc& proc, const std::string& top) {
  return proc.file("self/mountinfo",
                   "22 1 0:21 / /proc rw - proc proc rw\n30 22 0:26 / " + top + " rw,nosuid - cgroup2 cgroup2 rw\n");
}

TEST(CgroupTree, AnIdIsTheInodeOfItsDirectory) {
  fake::Proc proc;
  StringPool strings;
  proc.directory("tree/system.slice/a.service").directory("tree/user.slice").file("tree/cgroup.procs", "");
  mounted(proc, proc.path("tree"));
  const std::uint64_t id = inode_of(proc.path("tree/system.slice/a.service"));
  const auto paths = cgroup_paths(proc.open(), {id}, strings);
  ASSERT_THAT(paths, SizeIs(1));
  EXPECT_EQ(paths[0].first, id);
  EXPECT_EQ(strings.text(paths[0].second), "/system.slice/a.service");
}

TEST(CgroupTree, TheTableIsSortedById) {
  fake::Proc proc;
  StringPool strings;
  std::vector<std::uint64_t> ids;
  for (const char* name : {"tree/a", "tree/b", "tree/b/c"}) {
    proc.directory(name);
    ids.push_back(inode_of(proc.path(name)));
  }
  ids.push_back(inode_of(proc.path("tree")));
  std::sort(ids.begin(), ids.end());
  mounted(proc, proc.path("tree"));
  const auto paths = cgroup_paths(proc.open(), ids, strings);
  ASSERT_THAT(paths, SizeIs(4));
  EXPECT_TRUE(std::is_sorted(paths.begin(), paths.end()));
  const auto top = std::find_if(paths.begin(), paths.end(),
                                [&](const auto& entry) { return entry.first == inode_of(proc.path("tree")); });
  EXPECT_EQ(strings.text(top->second), "/");
}

TEST(CgroupTree, ARemovedCgroupIsLeftOut) {
  fake::Proc proc;
  StringPool strings;
  mounted(proc.directory("tree/a"), proc.path("tree"));
  EXPECT_THAT(cgroup_paths(proc.open(), {987654321987}, strings), IsEmpty());
}

TEST(CgroupTree, TheRootNeedsNoWalk) {
  fake::Proc proc;
  StringPool strings;
  const auto paths = cgroup_paths(proc.open(), {1}, strings);
  ASSERT_THAT(paths, SizeIs(1));
  EXPECT_EQ(strings.text(paths[0].second), "/");
}

TEST(CgroupTree, WithoutAMountedTreeNothingIsNamed) {
  fake::Proc proc;
  StringPool strings;
  EXPECT_THAT(cgroup_paths(proc.open(), {7, 8}, strings), IsEmpty());
  EXPECT_THAT(cgroup_paths(proc.open(), {}, strings), IsEmpty());
}

}  // namespace
