// SPDX-License-Identifier: MIT
#include "portscope/journal.hpp"

#include <utility>

#include "model/farewells.hpp"
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

/// So many announcements wait for a look, be it an hour away; others are told at once.
constexpr std::size_t most_waiting = 1U << 15U;

}  // namespace

Journal::Journal(Selection selection) : selection_(std::move(selection)), farewells_(std::make_unique<Farewells>()) {}

Journal::~Journal() = default;

void Journal::begin_look() {
  ++looks_;
  looking_ = true;
}

std::uint64_t Journal::take_undecided() { return std::exchange(undecided_, 0); }

const Shown& Journal::known() {
  if (!known_) known_ = std::make_unique<Shown>(now_);
  return *known_;
}

/// Only a look that begins later shows what goes on as time_wait; the one that goes on may show whom we do not know,
/// and with its holders.
std::optional<std::uint64_t> Journal::deciding_look(const Socket& socket) {
  if (waiting_.size() >= most_waiting) return std::nullopt;
  const bool may_linger = socket.transport == Transport::tcp && selection_.states.contains(State::time_wait);
  if (may_linger) return looks_ + 1;
  return looking_ && !known().find(socket) ? std::make_optional(looks_) : std::nullopt;
}

/// A look missed it before; or nothing tells which row it is, and the next look does.
bool Journal::was_told(const Socket& announced) {
  return farewells_->take_missed(announced) || known().has_several(announced) ||
         (!known().find(announced) && farewells_->take_missed_ends(announced));
}

void Journal::hear(Snapshot ended, const Tell& tell) {
  ended.host = now_.host;
  ended.netns = now_.netns;
  for (std::uint32_t row = 0; row < ended.sockets.size(); ++row) {
    const Socket& socket = ended.sockets[row];
    if (was_nowhere(socket) || was_told(socket)) continue;
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
  if (const auto known_row = known().find(last)) {
    add_last_counters(now_, now_.sockets[*known_row], ended, last);
    tell_closed(now_, *known_row, heard, tell);
  } else if (is_wanted(ended, last)) {
    tell_closed(ended, row, heard, tell);
  }
}

/// As it was announced, and never twice.
void Journal::tell_closed(const Snapshot& snapshot, std::uint32_t row, Time now, const Tell& tell) {
  const Socket& socket = snapshot.sockets[row];
  if (farewells_->has_ended(socket)) return;
  farewells_->note_ended(socket, looks_);
  tell(snapshot, {ChangeKind::closed, now, row, lasted(snapshot, socket, now)});
  since_.erase(socket.cookie);
}

/// The kernel may announce its end later: one that was reset leaves the tables before its program closes it, and one
/// that the selection does not match any more is still there.
void Journal::tell_missed(std::uint32_t row, Time now, const Tell& tell) {
  const Socket& socket = now_.sockets[row];
  if (farewells_->has_ended(socket)) return;
  if (socket.cookie != 0 || !known().has_several(socket)) farewells_->note_missed(socket, looks_);
  tell(now_, {ChangeKind::closed, now, row, lasted(now_, socket, now)});
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

/// The announcements on which the look that just came decides, or that tell why it does not show whom we know; the
/// others stay.
std::vector<Journal::Waiting> Journal::take_due(Snapshot& due, const Shown& shown) {
  const Snapshot all = std::exchange(announced_, Snapshot());
  const auto waiting = std::exchange(waiting_, {});
  std::vector<Waiting> over;
  for (std::uint32_t row = 0; row < waiting.size(); ++row) {
    const Socket& socket = all.sockets[row];
    const bool is_due =
        waiting[row].look <= looks_ || (known().find(socket) && !shown.find(socket) && !shown.find_remainder(socket));
    append_rows(is_due ? due : announced_, all, {&row, 1});
    (is_due ? over : waiting_).push_back(waiting[row]);
  }
  return over;
}

/// Announced sockets that the look shows are told of as it shows them, with the counters they ended with: they go on as
/// fin_wait_2 or time_wait, or ended while it went on.
std::vector<Journal::Late> Journal::join_announced(Snapshot& look, const Tell& tell) {
  std::vector<Late> late;
  if (waiting_.empty()) return late;
  Snapshot due;
  due.host = look.host;
  due.netns = look.netns;
  const Shown shown(look);
  const auto waiting = take_due(due, shown);
  const bool may_linger = selection_.states.contains(State::time_wait);
  for (std::uint32_t row = 0; row < due.sockets.size(); ++row) {
    const Socket& ended = due.sockets[row];
    if (shown.has_several(ended) || was_told(ended)) continue;
    auto found = shown.find(ended);
    if (!found) found = shown.find_remainder(ended);
    if (!found || (is_remainder(look.sockets[*found]) && !may_linger)) {
      tell_end(due, row, waiting[row].heard, tell);
      continue;
    }
    Socket& socket = look.sockets[*found];
    add_last_counters(look, socket, due, ended);
    if (!is_remainder(socket)) late.push_back({*found, waiting[row].heard});
  }
  return late;
}

bool Journal::is_over(const Socket& shown) {
  return farewells_->covers(shown, looks_) || (farewells_->covers_by_ends(shown) && !known().find(shown));
}

void Journal::tell_changes(const Snapshot& look, const std::vector<bool>& over, const Tell& tell) {
  for (const Change& change : compare(now_, look)) {
    if (change.kind == ChangeKind::closed) {
      tell_missed(change.row, look.time, tell);
    } else if (!over[change.row]) {
      const Socket& socket = look.sockets[change.row];
      if (change.kind == ChangeKind::opened) {
        farewells_->forget_missed(socket);
        if (socket.cookie != 0) since_[socket.cookie] = look.time;
      }
      tell(look, {change.kind, look.time, change.row, std::nullopt});
    }
  }
}

void Journal::take(Snapshot look, const Tell& tell) {
  looking_ = false;
  inherit(look, now_, [this](const Socket& socket) {
    const auto row = known().find(socket);
    return row && farewells_->has_ended(now_.sockets[*row]) ? std::nullopt : row;
  });
  const auto late = join_announced(look, tell);
  std::vector<bool> over(look.sockets.size());
  if (!farewells_->empty()) {
    for (std::size_t row = 0; row < over.size(); ++row) over[row] = is_over(look.sockets[row]);
  }
  if (has_begun_) tell_changes(look, over, tell);
  for (const Late& end : late) {
    tell_closed(look, end.row, end.heard, tell);
    over[end.row] = true;
  }
  become(std::move(look), over);
}

/// What was told as closed is not known any more.
void Journal::become(Snapshot look, const std::vector<bool>& over) {
  std::size_t kept = 0;
  for (std::size_t row = 0; row < over.size(); ++row) {
    if (over[row]) {
      farewells_->note_again(look.sockets[row], looks_);
    } else {
      look.sockets[kept++] = look.sockets[row];
    }
  }
  look.sockets.resize(kept);
  farewells_->end_look(looks_);
  known_.reset();
  now_ = std::move(look);
  if (has_begun_) return;
  has_begun_ = true;
  for (const Socket& socket : now_.sockets) {
    if (socket.cookie != 0) since_[socket.cookie] = now_.time;
  }
}

}  // namespace portscope
