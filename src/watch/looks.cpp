// SPDX-License-Identifier: MIT
#include "watch/looks.hpp"

namespace watch {

using std::chrono::milliseconds;

void Looks::ask(const portscope::Request& request, milliseconds interval) {
  // Who only wants to know more of the same sockets, asks no other question.
  if (number_ == 0 || request.selection != request_.selection) ++number_;
  request_ = request;
  begin(interval);
}

void Looks::begin(milliseconds interval) {
  looker_.ask(request_, number_);
  pace_.begin(interval);
}

void Looks::begin_if_due(milliseconds interval) {
  if (!looker_.is_busy() && pace_.is_due()) begin(interval);
}

std::optional<Looks::Taken> Looks::take(milliseconds interval, bool held) {
  auto look = looker_.take();
  if (!look || (held && look->question == answered_)) return std::nullopt;
  status_.took = look->took;
  status_.slow = look->took > interval;
  pace_.end(look->took, interval);
  status_.trouble = look->trouble;
  status_.road = look->road;
  if (!look->trouble.empty()) return std::nullopt;
  status_.time = look->snapshot.time;
  const auto continuity = look->question == answered_ ? Continuity::same_question : Continuity::new_question;
  answered_ = look->question;
  return Taken{std::move(look->snapshot), continuity};
}

std::optional<portscope::Snapshot> Looks::take_closer() {
  auto look = closer_.take();
  if (!look || !look->trouble.empty()) return std::nullopt;
  return std::move(look->snapshot);
}

}  // namespace watch
