// SPDX-License-Identifier: MIT
#include "collect/names.hpp"

#include <algorithm>
#include <iterator>
#include <string>

#include "collect/cgroup_tree.hpp"
#include "collect/memory.hpp"
#include "collect/settings.hpp"
#include "portscope/detail_types.hpp"
#include "sys/directory.hpp"
#include "sys/machine.hpp"

namespace collect {

using portscope::NameTable;
using portscope::Need;
using portscope::Snapshot;
using portscope::Socket;

namespace {

template <class Id>
std::vector<Id> unique(std::vector<Id> ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

void name_users(const Question& question, Snapshot& snapshot) {
  std::vector<std::uint32_t> ids;
  for (const Socket& socket : snapshot.sockets) {
    // Sockets of one user come in runs; the list stays short however many there are.
    if (socket.uid && (ids.empty() || ids.back() != *socket.uid)) ids.push_back(*socket.uid);
  }
  for (const auto& process : snapshot.processes) {
    if (process.uid) ids.push_back(*process.uid);
  }
  for (const std::uint32_t id : unique(std::move(ids))) {
    const auto name = question.memory != nullptr ? question.memory->names.user(id) : sys::user_name(id);
    if (name) snapshot.users.emplace_back(id, snapshot.strings.intern(*name));
  }
}

/// A packet socket may be promiscuous on interfaces it is not bound to.
void add_memberships(const Snapshot& snapshot, const Socket& socket, std::vector<std::uint32_t>& ids) {
  using portscope::PacketMembership;
  for (const auto& membership :
       snapshot.details.list<PacketMembership>(socket.details, portscope::DetailKind::packet_memberships)) {
    ids.push_back(membership.interface);
  }
}

void name_interfaces(Snapshot& snapshot) {
  std::vector<std::uint32_t> ids;
  for (const Socket& socket : snapshot.sockets) {
    if (socket.interface != 0) ids.push_back(socket.interface);
    if (socket.transport == portscope::Transport::packet) add_memberships(snapshot, socket, ids);
  }
  for (const std::uint32_t id : unique(std::move(ids))) {
    const std::string name = sys::interface_name(id);
    if (!name.empty()) snapshot.interfaces.emplace_back(id, snapshot.strings.intern(name));
  }
}

void name_cgroups(const Question& question, Snapshot& snapshot) {
  std::vector<std::uint64_t> ids;
  for (const Socket& socket : snapshot.sockets) {
    if (socket.cgroup != 0 && (ids.empty() || ids.back() != socket.cgroup)) ids.push_back(socket.cgroup);
  }
  ids = unique(std::move(ids));
  if (question.memory == nullptr) {
    snapshot.cgroups = cgroup_paths(question.doors.proc, ids, snapshot.strings);
    return;
  }
  auto& known = question.memory->names.cgroups;
  std::vector<std::uint64_t> unknown;
  std::copy_if(ids.begin(), ids.end(), std::back_inserter(unknown), [&](auto id) { return !known.contains(id); });
  for (const std::uint64_t id : unknown) known[id].clear();
  for (const auto& [id, path] : cgroup_paths(question.doors.proc, unknown, snapshot.strings)) {
    known[id] = snapshot.text(path);
  }
  for (const std::uint64_t id : ids) {
    if (!known[id].empty()) snapshot.cgroups.emplace_back(id, snapshot.strings.intern(known[id]));
  }
}

/// ip-netns(8) keeps a bind mount of every namespace it named.
portscope::Netns current_netns(const sys::Proc& proc) {
  portscope::Netns netns{proc.namespace_id("thread-self/ns/net"), {}};
  const std::string named = "/run/netns";
  const auto directory = sys::Directory::open(named);
  if (!directory || netns.id == 0) return netns;
  directory->each([&](const char* name) {
    if (sys::inode((named + "/" + name).c_str()) == netns.id) netns.name = name;
  });
  return netns;
}

std::string without_newline(const sys::Result<std::string>& text) {
  return text ? text->substr(0, text->find('\n')) : std::string{};
}

portscope::Host this_host(const sys::Proc& proc) {
  const auto names = sys::uname();
  return {names.name, sys::first_line("/etc/machine-id"), without_newline(proc.read("sys/kernel/random/boot_id")),
          names.release};
}

}  // namespace

void name_things(const Question& question, Snapshot& snapshot) {
  const auto& needs = question.request.needs;
  if (needs.contains(Need::users)) name_users(question, snapshot);
  if (needs.contains(Need::interfaces)) name_interfaces(snapshot);
  if (needs.contains(Need::cgroups)) name_cgroups(question, snapshot);
  if (needs.contains(Need::netns)) snapshot.netns = current_netns(question.doors.proc);
  if (needs.contains(Need::somaxconn)) snapshot.settings.somaxconn = read_somaxconn(question.doors.proc);
  if (needs.contains(Need::settings)) snapshot.settings = read_settings(question.doors.proc);
  if (needs.contains(Need::host)) snapshot.host = this_host(question.doors.proc);
}

}  // namespace collect
