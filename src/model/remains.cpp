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

/// Rows of /proc are told apart by their inodes, and what goes on has none.
bool lost_its_inode(const Socket& socket) { return socket.cookie == 0 && socket.inode == 0; }

/// A row of /proc is found by its ends, where another socket may have come.
bool may_be(const Socket& row, const Socket& before) {
  return row.cookie != 0 || row.inode == 0 || row.inode == before.inode;
}

void keep_counters(Snapshot& look, Socket& socket, const Snapshot& before, const Socket& held) {
  if (!look.details.find(socket.details, DetailKind::tcp_info)) add_last_counters(look, socket, before, held);
}

}  // namespace

bool is_remainder(const Socket& socket) {
  if (socket.transport != Transport::tcp) return false;
  if (socket.state == State::time_wait) return true;
  return socket.state == State::fin_wait_2 && (socket.inode == 0 || lost_its_holder(socket));
}

std::optional<FiveTuple> ends_of(const Socket& socket) {
  const Endpoint* local = inet(socket.local);
  if (local == nullptr) return std::nullopt;
  const Endpoint* peer = inet(socket.peer);
  return FiveTuple{socket.transport, *local, peer != nullptr ? *peer : Endpoint{}};
}

void add_last_counters(Snapshot& to, Socket& socket, const Snapshot& ended, const Socket& last) {
  const auto counters = ended.details.find(last.details, DetailKind::tcp_info);
  if (counters) socket.details = to.details.add(socket.details, DetailKind::tcp_info, *counters);
}

void inherit(Snapshot& look, const Snapshot& before,
             const std::function<std::optional<std::uint32_t>(const Socket&)>& row_before) {
  const std::size_t count = look.sockets.size();
  std::optional<std::unordered_set<std::uint32_t>> in_use;  // found out for the first that needs it
  for (std::size_t row = 0; row < count; ++row) {
    const Socket shown = look.sockets[row];
    if (!is_remainder(shown) && !lost_its_holder(shown) && !lost_its_inode(shown)) continue;
    const auto known = row_before(shown);
    if (!known || !may_be(shown, before.sockets[*known])) continue;
    const Socket& held = before.sockets[*known];
    if (is_remainder(shown)) keep_counters(look, look.sockets[row], before, held);
    // An inode that is in use again would bring the holders of another socket. One that only has holders is its own:
    // time_wait may begin before close(2).
    const bool was_held = !before.holders_of(held).empty();
    if (!was_held && shown.cookie != 0) continue;
    if (!in_use) in_use = inodes_of(look.sockets);
    if (shown.inode != held.inode && in_use->contains(held.inode)) continue;
    const Socket former = transplanted(look, before, *known);
    Socket& socket = look.sockets[row];
    socket.inode = former.inode;
    socket.uid = former.uid;
    socket.cgroup = former.cgroup;
    if (was_held) socket.owner_status = OwnerStatus::gone;
  }
}

Shown::Shown(const Snapshot& snapshot) {
  by_cookie_.reserve(snapshot.sockets.size());
  for (std::uint32_t row = 0; row < snapshot.sockets.size(); ++row) {
    const Socket& socket = snapshot.sockets[row];
    if (socket.cookie != 0) by_cookie_.emplace(socket.cookie, row);
    if (socket.cookie != 0 && !is_remainder(socket)) continue;
    const auto ends = ends_of(socket);
    if (!ends) continue;
    if (is_remainder(socket)) remains_.emplace(*ends, row);
    if (socket.cookie != 0) continue;
    const auto [place, is_new] = by_ends_.emplace(*ends, row);
    if (!is_new) place->second = several;
  }
}

std::optional<std::uint32_t> Shown::without_cookie(const Socket& socket) const {
  const auto ends = by_ends_.empty() ? std::nullopt : ends_of(socket);
  if (!ends) return std::nullopt;
  const auto found = by_ends_.find(*ends);
  return found == by_ends_.end() ? std::nullopt : std::make_optional(found->second);
}

std::optional<std::uint32_t> Shown::find(const Socket& socket) const {
  if (const auto found = by_cookie_.find(socket.cookie); found != by_cookie_.end()) return found->second;
  const auto row = without_cookie(socket);
  return row == several ? std::nullopt : row;
}

bool Shown::has_several(const Socket& socket) const {
  return !by_cookie_.contains(socket.cookie) && without_cookie(socket) == several;
}

std::optional<std::uint32_t> Shown::find_remainder(const Socket& socket) const {
  const auto ends = five_tuple(socket);
  if (!ends) return std::nullopt;
  const auto found = remains_.find(*ends);
  return found != remains_.end() ? std::make_optional(found->second) : std::nullopt;
}

}  // namespace portscope
