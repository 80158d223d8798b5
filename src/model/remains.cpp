// SPDX-License-Identifier: MIT
#include "model/remains.hpp"

#include <unordered_set>

#include "portscope/changes.hpp"

namespace portscope {

namespace {

/// A copy of the row of `before`, with all that belongs to it in `look`.
Socket transplanted(Snapshot& look, const Snapshot& before, std::uint32_t row) {
  append_rows(look, before, {&row, 1});
  const Socket copy = look.sockets.back();
  look.sockets.pop_back();
  return copy;
}

std::unordered_set<std::uint32_t> inodes_of(const std::vector<Socket>& sockets) {
  std::unordered_set<std::uint32_t> inodes;
  inodes.reserve(sockets.size());
  for (const Socket& socket : sockets) inodes.insert(socket.inode);
  return inodes;
}

bool lost_its_holder(const Socket& socket) {
  return socket.owner_status == OwnerStatus::none || socket.owner_status == OwnerStatus::gone;
}

}  // namespace

void add_last_counters(Snapshot& to, Socket& socket, const Snapshot& ended, const Socket& last) {
  const auto counters = ended.details.find(last.details, DetailKind::tcp_info);
  if (counters) socket.details = to.details.add(socket.details, DetailKind::tcp_info, *counters);
}

void inherit(Snapshot& look, const Snapshot& before,
             const std::function<std::optional<std::uint32_t>(std::uint64_t cookie)>& row_before) {
  const std::size_t count = look.sockets.size();
  std::optional<std::unordered_set<std::uint32_t>> in_use;  // found out for the first that needs it
  for (std::size_t row = 0; row < count; ++row) {
    const bool waits = look.sockets[row].state == State::time_wait;
    if (look.sockets[row].cookie == 0 || !(waits || lost_its_holder(look.sockets[row]))) continue;
    const auto known = row_before(look.sockets[row].cookie);
    if (!known) continue;
    const Socket& held = before.sockets[*known];
    if (waits) add_last_counters(look, look.sockets[row], before, held);
    // An inode that is in use again would bring the holders of another socket. One that only has holders is its own:
    // time_wait may begin before close(2).
    if (before.holders_of(held).empty()) continue;
    if (!in_use) in_use = inodes_of(look.sockets);
    if (look.sockets[row].inode != held.inode && in_use->contains(held.inode)) continue;
    const Socket former = transplanted(look, before, *known);
    Socket& socket = look.sockets[row];
    socket.inode = former.inode;
    socket.uid = former.uid;
    socket.cgroup = former.cgroup;
    socket.owner_status = OwnerStatus::gone;
  }
}

std::unordered_map<std::uint64_t, std::uint32_t> rows_by_cookie(const std::vector<Socket>& sockets) {
  std::unordered_map<std::uint64_t, std::uint32_t> rows;
  rows.reserve(sockets.size());
  for (std::uint32_t row = 0; row < sockets.size(); ++row) {
    if (sockets[row].cookie != 0) rows.emplace(sockets[row].cookie, row);
  }
  return rows;
}

Shown::Shown(const Snapshot& look) : by_cookie_(rows_by_cookie(look.sockets)) {
  for (std::uint32_t row = 0; row < look.sockets.size(); ++row) {
    const Socket& socket = look.sockets[row];
    if (socket.state != State::time_wait) continue;
    if (const auto tuple = five_tuple(socket)) in_time_wait_.emplace(*tuple, row);
  }
}

std::optional<std::uint32_t> Shown::find(const Socket& ended) const {
  if (const auto found = by_cookie_.find(ended.cookie); found != by_cookie_.end()) return found->second;
  const auto tuple = five_tuple(ended);
  if (!tuple) return std::nullopt;
  const auto found = in_time_wait_.find(*tuple);
  return found != in_time_wait_.end() ? std::make_optional(found->second) : std::nullopt;
}

}  // namespace portscope
