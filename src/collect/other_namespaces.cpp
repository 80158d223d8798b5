// SPDX-License-Identifier: MIT
#include "collect/other_namespaces.hpp"

#include <algorithm>
#include <map>
#include <string>

#include "collect/family.hpp"
#include "collect/fields.hpp"
#include "collect/inet_proc.hpp"
#include "collect/process_facts.hpp"

namespace collect {

using portscope::BindAttempt;
using portscope::ForeignSocket;

namespace {

/// To read a table the kernel walks that of the whole machine: a host of containers is not worth seconds.
constexpr std::size_t most_namespaces = 64;

/// By its number, a process of each namespace but ours.
std::map<std::uint64_t, std::int32_t> other_namespaces(const sys::Proc& proc) {
  std::map<std::uint64_t, std::int32_t> result;
  const std::uint64_t own = proc.namespace_id("thread-self/ns/net");
  if (own == 0 || !proc.root()) return result;
  proc.root()->each_directory([&](const char* name) {
    const auto pid = to_number<std::int32_t>(name);
    if (!pid || result.size() == most_namespaces) return;
    const std::uint64_t id = proc.namespace_id((std::string(name) + "/ns/net").c_str());
    if (id != 0 && id != own) result.emplace(id, *pid);
  });
  return result;
}

std::optional<portscope::Endpoint> find_waiting(const BindAttempt& attempt, std::string_view table) {
  take_line(table);  // headings
  while (!table.empty()) {
    const auto socket = parse_inet_line(attempt.transport, take_line(table));
    if (!socket || !portscope::waiting_states(attempt.transport).contains(socket->state)) continue;
    const portscope::Endpoint* local = inet(socket->local);
    if (local != nullptr && local->port == attempt.port) return *local;
  }
  return std::nullopt;
}

std::optional<portscope::Endpoint> find_waiting(const BindAttempt& attempt, std::int32_t pid, const sys::Proc& proc) {
  const auto family = std::find_if(families().begin(), families().end(),
                                   [&](const Family& each) { return each.transport == attempt.transport; });
  for (const std::string_view file : family->files) {
    const auto text = proc.read((std::to_string(pid) + "/net/" + std::string(file)).c_str());
    if (!text) continue;
    if (const auto found = find_waiting(attempt, *text)) return found;
  }
  return std::nullopt;
}

}  // namespace

std::vector<ForeignSocket> waiting_elsewhere(const BindAttempt& attempt, const sys::Proc& proc,
                                             portscope::StringPool& strings) {
  std::vector<ForeignSocket> result;
  for (const auto& [netns, pid] : other_namespaces(proc)) {
    const auto local = find_waiting(attempt, pid, proc);
    if (!local) continue;
    ForeignSocket& found = result.emplace_back(ForeignSocket{netns, *local, pid, portscope::StringId::none});
    const auto directory = proc.root()->directory(std::to_string(pid).c_str());
    if (!directory) continue;
    if (const auto process = read_process(*directory, pid, {}, strings)) found.name = process->name;
  }
  return result;
}

}  // namespace collect
