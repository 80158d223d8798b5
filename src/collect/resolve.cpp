// SPDX-License-Identifier: MIT
#include "collect/resolve.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "collect/cgroup_tree.hpp"
#include "collect/fields.hpp"
#include "portscope/query.hpp"
#include "sys/machine.hpp"

namespace collect {

using portscope::Condition;
using portscope::FieldId;
using portscope::Numbers;
using portscope::Texts;

namespace {

/// `kind` of that name is not there; where it was typed is marked.
[[noreturn]] void fail(const std::string& kind, const std::string& name, const std::string& typed) {
  const std::size_t begin = std::min(typed.rfind(name), typed.size());
  throw portscope::QueryError("there is no " + kind + " '" + name + "'", typed, begin, name.size());
}

}  // namespace

std::uint32_t interface_of(const std::string& name, const std::string& typed) {
  std::uint32_t index = sys::interface_index(name);
  if (index == 0) index = to_number<std::uint32_t>(name).value_or(0);
  if (index == 0) fail("interface", name, typed);
  return index;
}

std::uint32_t user_of(const std::string& name, const std::string& typed) {
  auto id = sys::user_id(name);
  if (!id) id = to_number<std::uint32_t>(name);
  // (uid_t)-1 is nobody: to setresuid(2) and chown(2) it means "as it is".
  if (!id || *id == UINT32_MAX) fail("user", name, typed);
  return *id;
}

namespace {

/// A path below the root of the tree, as we show it, or of the file system, as ss takes it.
std::uint64_t cgroup_of(const std::string& path, const std::string& typed, const sys::Proc& proc) {
  const std::string top = cgroup_mount_point(proc);
  const bool is_file = !top.empty() && (path + "/").starts_with(top + "/");
  const std::string file = is_file ? path : top + (path.starts_with('/') ? "" : "/") + path;
  const std::uint64_t id = top.empty() ? 0 : sys::inode(file.c_str());
  if (id == 0) fail("cgroup", path, typed);
  return id;
}

void resolve(Condition& condition, const sys::Proc& proc) {
  if (auto* targets = std::get_if<std::vector<portscope::Target>>(&condition.values)) {
    for (auto& target : *targets) {
      if (!target.interface.empty()) {
        target.interface_index = interface_of(target.interface, condition.typed);
      }
    }
    return;
  }
  const auto* names = std::get_if<Texts>(&condition.values);
  const bool is_name =
      condition.field == FieldId::dev || condition.field == FieldId::user || condition.field == FieldId::cgroup;
  if (names == nullptr || !is_name) return;
  Numbers numbers;
  for (const std::string& name : *names) {
    const std::uint64_t number = condition.field == FieldId::dev    ? interface_of(name, condition.typed)
                                 : condition.field == FieldId::user ? user_of(name, condition.typed)
                                                                    : cgroup_of(name, condition.typed, proc);
    numbers.push_back({number, number});
  }
  condition.values = std::move(numbers);
}

}  // namespace

portscope::Selection resolve(portscope::Selection selection, const sys::Proc& proc) {
  each_condition(selection.filter, [&](Condition& condition) { resolve(condition, proc); });
  return selection;
}

}  // namespace collect
