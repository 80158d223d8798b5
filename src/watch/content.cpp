// SPDX-License-Identifier: MIT
#include "watch/content.hpp"

#include <algorithm>

namespace watch {

using portscope::ChangeKind;
using portscope::Snapshot;
using portscope::Socket;
using portscope::Time;

std::uint64_t identity_of(const Socket& socket) {
  constexpr std::uint64_t odd = 0x9e3779b97f4a7c15U;
  if (socket.cookie != 0) return socket.cookie;
  const std::uint64_t ports = port_of(socket.local).value_or(0) ^ (port_of(socket.peer).value_or(0) << 16U);
  return (socket.inode * odd) ^ (ports * odd >> 7U) ^ static_cast<std::uint64_t>(socket.transport);
}

void Content::take(Snapshot snapshot, Continuity continuity) {
  const std::size_t open = snapshot.sockets.size();
  if (continuity == Continuity::same_question) {
    compare_with(snapshot);
  } else {
    marks_.clear();
    closed_until_.clear();
  }
  snapshot_ = std::move(snapshot);
  open_rows_ = open;
  meter_.take(snapshot_, open_rows_);
}

void Content::compare_with(Snapshot& next) {
  const Time until = next.time + marked_for;
  std::vector<std::uint32_t> kept;
  std::vector<Time> kept_until;
  for (std::size_t i = 0; i < closed_until_.size(); ++i) {
    if (closed_until_[i] <= next.time) continue;
    kept.push_back(static_cast<std::uint32_t>(open_rows_ + i));
    kept_until.push_back(closed_until_[i]);
  }
  for (const auto& change : compare(snapshot_, open_rows_, next)) {
    switch (change.kind) {
      case ChangeKind::opened:
        marks_[identity_of(next.sockets[change.row])] = {Mark::opened, until};
        break;
      case ChangeKind::changed:
        marks_[identity_of(next.sockets[change.row])] = {Mark::changed, until};
        break;
      case ChangeKind::closed:
        kept.push_back(change.row);
        kept_until.push_back(until);
        break;
    }
  }
  append_rows(next, snapshot_, kept);
  closed_until_ = std::move(kept_until);
}

bool Content::expire(Time now) {
  const std::size_t marks = std::erase_if(marks_, [&](const auto& entry) { return entry.second.until <= now; });
  const auto first = std::find_if(closed_until_.begin(), closed_until_.end(), [&](Time until) { return until > now; });
  const auto over = first - closed_until_.begin();
  const auto rows = snapshot_.sockets.begin() + static_cast<std::ptrdiff_t>(open_rows_);
  snapshot_.sockets.erase(rows, rows + over);
  closed_until_.erase(closed_until_.begin(), first);
  return marks > 0 || over > 0;
}

Mark Content::mark_of(std::uint32_t row) const {
  if (row >= open_rows_) return Mark::closed;
  if (marks_.empty()) return Mark::none;
  const auto found = marks_.find(identity_of(snapshot_.sockets[row]));
  return found != marks_.end() ? found->second.mark : Mark::none;
}

void Content::take_closer(Snapshot snapshot) {
  if (!snapshot.sockets.empty()) closer_ = std::move(snapshot);
}

const Snapshot* Content::closer(std::uint64_t identity) const {
  const bool is_it = !closer_.sockets.empty() && identity_of(closer_.sockets.front()) == identity;
  return is_it ? &closer_ : nullptr;
}

Time Content::next_expiry() const {
  Time next = closed_until_.empty() ? Time::max() : closed_until_.front();
  for (const auto& [identity, marked] : marks_) next = std::min(next, marked.until);
  return next;
}

}  // namespace watch
