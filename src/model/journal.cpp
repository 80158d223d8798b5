// SPDX-License-Identifier: MIT
#include "portscope/journal.hpp"

#include <utility>

#include "model/remains.hpp"

namespace portscope {

namespace {

/// What the socket was before it ended, as far as its ends tell.
State former_state(const Socket& socket) {
  if (inet(socket.peer) != nullptr) return State::established;
  return socket.transport == Transport::tcp ? State::listen : State::unconnected;
}

/// It never was in any table: neither bound nor connected.
bool was_nowhere(const Socket& socket) {
  const Endpoint* local = inet(socket.local);
  const Endpoint* peer = inet(socket.peer);
  return (local == nullptr || local->port == 0) && (peer == nullptr || peer->port == 0);
}

}  // namespace

Journal::Journal(Selection selection) : selection_(std::move(selection)) {}

void Journal::begin_look() {
  ++looks_;
  looking_ = true;
}

std::uint64_t Journal::take_undecided() { return std::exchange(undecided_, 0); }

std::optional<std::uint32_t> Journal::row_of(std::uint64_t cookie) {
  if (rows_.empty()) rows_ = rows_by_cookie(now_.sockets);
  const auto found = rows_.find(cookie);
  return found == rows_.end() ? std::nullopt : std::make_optional(found->second);
}

/// Only a look that begins later shows what goes on as time_wait; the one that goes on may show whom we do not know,
/// and with its holders.
std::optional<std::uint64_t> Journal::deciding_look(const Socket& socket) {
  const bool may_linger = socket.transport == Transport::tcp && selection_.states.contains(State::time_wait);
  if (may_linger) return looks_ + 1;
  return looking_ && !row_of(socket.cookie) ? std::make_optional(looks_) : std::nullopt;
}

void Journal::hear(Snapshot ended, const Tell& tell) {
  ended.host = now_.host;
  ended.netns = now_.netns;
  for (std::uint32_t row = 0; row < ended.sockets.size(); ++row) {
    const Socket& socket = ended.sockets[row];
    if (was_nowhere(socket)) continue;
    if (const auto look = deciding_look(socket)) {
      append_rows(announced_, ended, {&row, 1});
      waiting_.push_back({*look, ended.time});
    } else {
      tell_end(ended, row, ended.time, tell);
    }
  }
}

bool Journal::is_wanted(const Snapshot& ended, const Socket& socket) {
  Socket former = socket;
  former.state = former_state(socket);
  former.owner_status = OwnerStatus::hidden;  // it had one
  if (!selection_.states.contains(former.state)) return false;
  Truth truth = selection_.matches_but_state(former, ended.strings);
  if (truth == Truth::maybe) truth = holds(selection_.filter, {former, ended.strings, &ended});
  if (truth == Truth::maybe) ++undecided_;
  return truth == Truth::yes;
}

/// Of whom we know, everything is told that we know; of others, what was announced.
void Journal::tell_end(const Snapshot& ended, std::uint32_t row, Time heard, const Tell& tell) {
  const Socket& last = ended.sockets[row];
  if (const auto known = row_of(last.cookie)) {
    add_last_counters(now_, now_.sockets[*known], ended, last);
    tell_closed(now_, *known, heard, tell);
  } else if (is_wanted(ended, last)) {
    tell_closed(ended, row, heard, tell);
  }
}

/// Without a cookie (rows of /proc) it is no more than seen.
void Journal::tell_closed(const Snapshot& snapshot, std::uint32_t row, Time now, const Tell& tell) {
  const Socket& socket = snapshot.sockets[row];
  if (socket.cookie != 0 && !closed_.insert(socket.cookie).second) return;
  tell(snapshot, {ChangeKind::closed, now, row, lasted(snapshot, socket, now)});
  since_.erase(socket.cookie);
}

std::optional<ConnectionAge> Journal::lasted(const Snapshot& snapshot, const Socket& socket, Time now) const {
  const auto age = age_of(snapshot, socket);
  const auto since = since_.find(socket.cookie);
  if (socket.cookie == 0 || since == since_.end() || now < since->second) return age;
  const auto seen = std::chrono::duration_cast<std::chrono::milliseconds>(now - since->second);
  const auto seen_ms = static_cast<std::uint64_t>(seen.count());
  if (age && (age->exact || age->at_least_ms >= seen_ms)) return age;
  return ConnectionAge{seen_ms, false};
}

/// The announcements on which the look that just came decides; the others stay.
std::vector<Journal::Waiting> Journal::take_due(Snapshot& due) {
  const Snapshot all = std::exchange(announced_, Snapshot());
  const auto waiting = std::exchange(waiting_, {});
  std::vector<Waiting> over;
  for (std::uint32_t row = 0; row < waiting.size(); ++row) {
    const bool is_due = waiting[row].look <= looks_;
    append_rows(is_due ? due : announced_, all, {&row, 1});
    (is_due ? over : waiting_).push_back(waiting[row]);
  }
  return over;
}

void Journal::tell_changes(const Snapshot& look, const Tell& tell) {
  for (const Change& change : compare(now_, look)) {
    const bool is_closed = change.kind == ChangeKind::closed;
    const Socket& socket = is_closed ? now_.sockets[change.row] : look.sockets[change.row];
    if (is_closed) {
      tell_closed(now_, change.row, look.time, tell);
    } else if (!closed_.contains(socket.cookie)) {
      if (change.kind == ChangeKind::opened && socket.cookie != 0) since_[socket.cookie] = look.time;
      tell(look, {change.kind, look.time, change.row, std::nullopt});
    }
  }
}

/// Announced sockets that the look shows are told of as it shows them, with the counters they ended with: they go on as
/// time_wait, or ended while it went on.
std::vector<Journal::Late> Journal::join_announced(Snapshot& look, const Tell& tell) {
  std::vector<Late> late;
  if (waiting_.empty()) return late;
  Snapshot due;
  due.host = look.host;
  due.netns = look.netns;
  const auto waiting = take_due(due);
  const Shown shown(look);
  for (std::uint32_t row = 0; row < due.sockets.size(); ++row) {
    const auto found = shown.find(due.sockets[row]);
    if (!found) {
      tell_end(due, row, waiting[row].heard, tell);
      continue;
    }
    Socket& socket = look.sockets[*found];
    add_last_counters(look, socket, due, due.sockets[row]);
    if (socket.state != State::time_wait) late.push_back({*found, waiting[row].heard});
  }
  return late;
}

void Journal::take(Snapshot look, const Tell& tell) {
  looking_ = false;
  inherit(look, now_, [this](std::uint64_t cookie) { return row_of(cookie); });
  const auto late = join_announced(look, tell);
  if (has_begun_) tell_changes(look, tell);
  for (const Late& end : late) tell_closed(look, end.row, end.heard, tell);
  become(std::move(look));
}

void Journal::become(Snapshot look) {
  std::erase_if(look.sockets, [&](const Socket& socket) { return closed_.contains(socket.cookie); });
  closed_.clear();
  rows_.clear();
  now_ = std::move(look);
  if (has_begun_) return;
  has_begun_ = true;
  for (const Socket& socket : now_.sockets) {
    if (socket.cookie != 0) since_[socket.cookie] = now_.time;
  }
}

}  // namespace portscope
