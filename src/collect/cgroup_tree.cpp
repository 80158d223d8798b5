// SPDX-License-Identifier: MIT
#include "collect/cgroup_tree.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "collect/fields.hpp"
#include "sys/directory.hpp"

namespace collect {

using portscope::NameTable;
using portscope::StringPool;

namespace {

constexpr std::uint64_t root_id = 1;  // kernfs numbers the root of the cgroup2 tree 1

class TreeSearch {
 public:
  TreeSearch(const std::vector<std::uint64_t>& ids, StringPool& strings) : ids_(ids), strings_(strings) {}

  void look_into(const sys::Directory& directory, const std::string& path) {
    const auto id = directory.inode();
    if (id && std::binary_search(ids_.begin(), ids_.end(), *id)) {
      found.emplace_back(*id, strings_.intern(path.empty() ? "/" : path));
    }
    if (found.size() == ids_.size()) return;
    std::vector<std::string> children;
    directory.each_directory([&](const char* name) { children.emplace_back(name); });
    for (const std::string& name : children) {
      if (found.size() == ids_.size()) return;
      if (const auto child = directory.directory(name.c_str()))
        look_into(*child, std::string(path).append("/").append(name));
    }
  }

  NameTable<std::uint64_t> found;

 private:
  const std::vector<std::uint64_t>& ids_;
  StringPool& strings_;
};

}  // namespace

/// `... /sys/fs/cgroup rw,... - cgroup2 ...` (proc(5), mountinfo).
std::string cgroup_mount_point(const sys::Proc& proc) {
  const auto mounts = proc.read("self/mountinfo");
  if (!mounts) return {};
  std::string_view rest = *mounts;
  while (!rest.empty()) {
    std::string_view line = take_line(rest);
    if (line.find(" - cgroup2 ") == std::string_view::npos) continue;
    constexpr int fields_before = 4;  // mount id, parent id, device, root
    for (int field = 0; field < fields_before; ++field) take_word(line);
    return std::string(take_word(line));
  }
  return {};
}

NameTable<std::uint64_t> cgroup_paths(const sys::Proc& proc, const std::vector<std::uint64_t>& ids,
                                      StringPool& strings) {
  if (ids.empty()) return {};
  if (ids.size() == 1 && ids.front() == root_id) return {{root_id, strings.intern("/")}};
  TreeSearch search(ids, strings);
  if (const auto top = sys::Directory::open(cgroup_mount_point(proc))) search.look_into(*top, "");
  std::sort(search.found.begin(), search.found.end());
  return std::move(search.found);
}

}  // namespace collect
