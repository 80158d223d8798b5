// SPDX-License-Identifier: MIT
#include "collect/unite.hpp"

#include <algorithm>
#include <unordered_map>

#include "collect/digit_sort.hpp"

namespace collect {

using portscope::Endpoint;
using portscope::FiveTuple;
using portscope::Socket;

namespace {

/// A busy machine must not keep us reading for ever.
constexpr unsigned patience = 2;  // times the passes that are made anyway

/// What makes two rows the same socket: cookie, else inode, else (time_wait and requests as
/// /proc shows them) the ends.
struct Identity {
  std::uint64_t number = 0;
  FiveTuple tuple;

  /// Rows that nothing tells apart are never taken for one.
  [[nodiscard]] bool known() const { return number != 0 || tuple.local != Endpoint{} || tuple.peer != Endpoint{}; }

  bool operator==(const Identity&) const = default;
};

struct IdentityHash {
  std::size_t operator()(const Identity& identity) const noexcept {
    return identity.number != 0 ? std::hash<std::uint64_t>{}(identity.number) : std::hash<FiveTuple>{}(identity.tuple);
  }
};

/// One SCTP socket has a row for each of its associations.
bool has_many_rows(const Socket& socket) { return socket.transport == portscope::Transport::sctp; }

Identity identity_of(const Socket& socket) {
  const std::uint64_t number = number_of(socket);
  if (number != 0 && !has_many_rows(socket)) return {number, {}};
  const Endpoint* local = inet(socket.local);
  const Endpoint* peer = inet(socket.peer);
  return {number, {socket.transport, local != nullptr ? *local : Endpoint{}, peer != nullptr ? *peer : Endpoint{}}};
}

/// Also of what was only counted: one that was repeated could make up for one that was missed.
bool all_different(const Pass& pass) {
  std::vector<std::uint64_t> numbers = pass.passed_over;
  numbers.reserve(numbers.size() + pass.rows.size());
  for (const Socket& socket : pass.rows) {
    if (const std::uint64_t number = number_of(socket); number != 0 && !has_many_rows(socket))
      numbers.push_back(number);
  }
  const auto low = [](std::uint64_t number) { return static_cast<std::uint32_t>(number); };
  digit_sort(numbers, low);
  for (auto first = numbers.begin(); first != numbers.end(); ++first) {
    for (auto other = first + 1; other != numbers.end() && low(*other) == low(*first); ++other) {
      if (*other == *first) return false;
    }
  }
  return true;
}

class Union {
 public:
  /// Adds a pass, and tells whether it brought a socket that an earlier one must have missed: one that was there
  /// before.
  bool add(const Pass& pass, const sys::InodesSoFar& before) {
    bool missed = false;
    for (const Socket& socket : pass.rows) {
      const Identity identity = identity_of(socket);
      const auto [place, is_new] = places_.try_emplace(identity, rows_.size());
      if (is_new || !identity.known()) {
        rows_.push_back(socket);
        missed = missed || (before.known() && socket.inode != 0 && before.include(socket.inode));
      } else {
        rows_[place->second] = socket;  // the later look is the truer one
      }
    }
    return missed;
  }

  std::vector<Socket> take() { return std::move(rows_); }

 private:
  std::vector<Socket> rows_;
  std::unordered_map<Identity, std::size_t, IdentityHash> places_;
};

struct Look {
  Pass pass;
  bool sound = false;
  bool all_different = false;
};

/// Reads the table, whose state was `before`, for the time after `number` others.
Look look(const TableReader& read, const Completeness& completeness, const std::optional<TableState>& before,
          unsigned number, const sys::InodesSoFar& so_far) {
  Look result{read({number, before ? before->sockets : 0, &so_far})};
  const Pass& pass = result.pass;
  const bool stood_still = before && before == completeness.state();
  const bool has_all = stood_still && so_far.known() && !pass.has_new && before->sockets == pass.counted;
  const bool slipped_nowhere = pass.whole && (!pass.spans_tables || stood_still);
  result.all_different = pass.error == 0 && all_different(pass);
  result.sound = result.all_different && (has_all || slipped_nowhere);
  return result;
}

bool show_the_same(const Pass& a, const Pass& b) { return a.counted == b.counted && a.fingerprint == b.fingerprint; }

}  // namespace

Pass read_until_complete(const TableReader& read, const Completeness& completeness) {
  // To find out costs a visit to every CPU, which may be busy; a small table is sooner read once more.
  constexpr std::uint64_t small = 64;
  const auto state = completeness.state();
  const bool is_large = state && state->sockets > small;
  sys::InodesSoFar so_far =
      is_large && completeness.compares_counts ? completeness.inodes_so_far() : sys::InodesSoFar();
  Look latest = look(read, completeness, state, 0, so_far);
  if (latest.sound || latest.pass.error != 0) return std::move(latest.pass);
  if (latest.all_different && completeness.recall && completeness.recall(latest.pass)) return std::move(latest.pass);
  Union all;
  all.add(latest.pass, so_far);
  // Later than the first pass began, so the second may bring what is new, and a third is made for nothing.
  if (!so_far.known()) so_far = completeness.inodes_so_far();
  Pass pass = std::move(latest.pass);
  pass.unsettled = true;
  bool forged = pass.contradiction;
  for (unsigned done = 1; pass.unsettled && done < completeness.passes * patience; ++done) {
    latest = look(read, completeness, completeness.state(), done, so_far);
    if (latest.pass.error != 0) return std::move(latest.pass);
    const bool missed = all.add(latest.pass, so_far);
    const bool stood_still = show_the_same(pass, latest.pass);
    const bool by_rule = !completeness.prove && !missed && done + 1 >= completeness.passes;
    const bool settled = latest.sound || by_rule || (completeness.prove && stood_still);
    forged = forged || latest.pass.contradiction || (stood_still && latest.pass.forged && pass.forged);
    pass = std::move(latest.pass);
    pass.unsettled = !settled;
  }
  pass.rows = all.take();
  pass.forged = forged;
  return pass;
}

}  // namespace collect
