// SPDX-License-Identifier: MIT
#include "collect/owner_recall.hpp"

#include <algorithm>

#include "collect/fields.hpp"

namespace collect {

using portscope::Holder;
using portscope::Snapshot;

namespace {

std::unordered_set<std::int32_t> list_processes(const sys::Proc& proc) {
  std::unordered_set<std::int32_t> pids;
  if (!proc.root()) return pids;
  proc.root()->each([&](const char* name) {
    if (const auto pid = to_number<std::int32_t>(name)) pids.insert(*pid);
  });
  return pids;
}

}  // namespace

void OwnerRecall::begin(const std::vector<WantedSocket>& wanted) {
  wanted_ = wanted;
  if (++memory_.looks >= looks_between_walks) memory_ = {};
  walk_.settle(memory_.limits);
}

std::vector<std::uint32_t> OwnerRecall::look(const std::vector<WantedSocket>& wanted) {
  pids_ = list_processes(question_.doors.proc);
  auto inodes = inodes_of(wanted);
  if (!memory_.filled || pids_.empty()) return inodes;
  look_into_new(inodes);
  WalkLimits limits = walk_.limits();
  limits.unreadable += memory_.limits.unreadable;
  if (limits.why == 0) limits.why = memory_.limits.why;
  if (limits.error == 0) limits.error = memory_.limits.error;
  ask_again(inodes);
  walk_.settle(limits);
  std::vector<std::uint32_t> rest;
  for (const WantedSocket& socket : wanted) {
    const bool is_noted = !rest.empty() && rest.back() == socket.inode;
    if (!is_noted && !is_unheld(socket.inode, socket.cookie) && owners_.snapshot().holders_of(socket.inode).empty()) {
      rest.push_back(socket.inode);
    }
  }
  return rest;
}

void OwnerRecall::look_into_new(const std::vector<std::uint32_t>& wanted) {
  const bool any =
      std::any_of(pids_.begin(), pids_.end(), [&](std::int32_t pid) { return !memory_.pids.contains(pid); });
  if (!any) return walk_.settle({});
  walk_.look(wanted, {Care::usual, Hands::many,
                      [&](const sys::Directory&, std::int32_t pid) { return !memory_.pids.contains(pid); }});
}

void OwnerRecall::ask_again(const std::vector<std::uint32_t>& wanted) {
  std::vector<Holder> asked;
  for (const auto& [pid, known] : memory_.known) {
    asked.clear();
    for (const Holder& holder : known.holders) {
      if (std::binary_search(wanted.begin(), wanted.end(), holder.inode)) asked.push_back(holder);
    }
    if (!asked.empty() && known.start) walk_.confirm(pid, *known.start, asked);
  }
}

bool OwnerRecall::is_unheld(std::uint32_t inode, std::uint64_t cookie) const {
  const auto found = memory_.unheld.find(inode);
  return found != memory_.unheld.end() && found->second.cookie == cookie && found->second.looks > 1;
}

void OwnerRecall::keep(const Snapshot& snapshot) {
  std::unordered_map<std::uint32_t, HolderMemory::Unheld> unheld;
  for (const WantedSocket& socket : wanted_) {
    if (!snapshot.holders_of(socket.inode).empty()) continue;
    const auto before = memory_.unheld.find(socket.inode);
    const bool again = before != memory_.unheld.end() && before->second.cookie == socket.cookie;
    unheld[socket.inode] = {socket.cookie, again ? before->second.looks + 1 : 1};
  }
  memory_.unheld = std::move(unheld);
  memory_.limits = walk_.limits();
  memory_.limits.moved = false;  // that was another moment
  memory_.limits.guessed = false;
  if (pids_.empty()) return;  // an iterator told
  memory_.known.clear();
  for (const Holder& holder : snapshot.holders) {
    const auto& process = snapshot.processes[holder.process];
    auto& known = memory_.known[process.pid];
    known.start = process.start_time;
    known.holders.push_back(holder);
  }
  memory_.pids = std::move(pids_);
  memory_.filled = true;
}

}  // namespace collect
