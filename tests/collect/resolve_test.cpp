// SPDX-License-Identifier: MIT
#include "collect/resolve.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <net/if.h>

#include <stdexcept>

#include "portscope/query.hpp"
#include "support/fake_proc.hpp"
#include "sys/machine.hpp"

namespace {

using portscope::Numbers;
using portscope::parse_query;
using portscope::Selection;

Selection resolved(const std::string& filter, const fake::Proc& tree = {}) {
  Selection selection;
  selection.filter = parse_query(filter);
  return collect::resolve(selection, tree.open());
}

Numbers numbers(const std::string& filter, const fake::Proc& tree = {}) {
  return std::get<Numbers>(resolved(filter, tree).filter.condition.values);
}

TEST(Resolve, InterfacesByNameOrIndex) {
  const std::uint64_t lo = ::if_nametoindex("lo");
  ASSERT_NE(lo, 0U);
  EXPECT_EQ(numbers("dev lo"), (Numbers{{lo, lo}}));
  EXPECT_EQ(numbers("dev in (lo, 77)"), (Numbers{{lo, lo}, {77, 77}}));
  EXPECT_EQ(std::get<std::vector<portscope::Target>>(resolved("[fe80::1%lo]:80").filter.condition.values)
                .front()
                .interface_index,
            lo);
  EXPECT_THROW(resolved("not dev nosuch0"), std::runtime_error);
}

TEST(Resolve, UsersByNameOrId) {
  EXPECT_EQ(numbers("user root"), (Numbers{{0, 0}}));
  EXPECT_EQ(numbers("user 4000000000"), (Numbers{{4000000000, 4000000000}}));
  EXPECT_THROW(resolved("sport 1 or user nobody-has-this-name"), std::runtime_error);
}

TEST(Resolve, CgroupsByTheirPathInTheTreeOrOnDisk) {
  fake::Proc tree;
  fake::Proc cgroups;
  cgroups.directory("system.slice/a.service");
  const std::string top = cgroups.path("");
  const std::string root = top.substr(0, top.find_last_not_of('/') + 1);
  tree.file("self/mountinfo", "29 23 0:26 / " + root + " rw - cgroup2 cgroup2 rw\n");
  const auto id = sys::inode(cgroups.path("system.slice/a.service").c_str());
  EXPECT_EQ(numbers("cgroup /system.slice/a.service", tree), (Numbers{{id, id}}));
  EXPECT_EQ(numbers("cgroup = " + root + "/system.slice/a.service", tree), (Numbers{{id, id}}));
  EXPECT_THROW(resolved("cgroup /nosuch", tree), std::runtime_error);
  EXPECT_THROW(resolved("cgroup /system.slice/a.service"), std::runtime_error) << "no tree is mounted";
}

TEST(Resolve, PatternsAndProcessesStayTexts) {
  EXPECT_TRUE(std::holds_alternative<portscope::PatternRef>(resolved("user ~ ^r").filter.condition.values));
  EXPECT_TRUE(std::holds_alternative<portscope::Texts>(resolved("proc lo").filter.condition.values));
}

}  // namespace
