// SPDX-License-Identifier: MIT
#include "collect/select.hpp"

#include <algorithm>
#include <map>
#include <string>

namespace collect {

using portscope::Facts;
using portscope::Gap;
using portscope::Need;
using portscope::OwnerStatus;
using portscope::Snapshot;
using portscope::Socket;
using portscope::Source;
using portscope::Truth;

namespace {

bool is_owner_gap(const Gap& gap) { return gap.what == Gap::What::owners; }

/// Owners that nobody sees are missed only where somebody wants to see them.
void recount_owners(const Question& question, Snapshot& snapshot) {
  const auto gap = std::find_if(snapshot.gaps.begin(), snapshot.gaps.end(), is_owner_gap);
  if (gap == snapshot.gaps.end()) return;
  const auto unseen = std::count_if(snapshot.sockets.begin(), snapshot.sockets.end(), [](const Socket& socket) {
    return socket.owner_status == OwnerStatus::hidden || socket.owner_status == OwnerStatus::elsewhere;
  });
  gap->count = static_cast<std::uint64_t>(unseen);
  if (unseen == 0 || !question.shown.contains(Need::owners)) snapshot.gaps.erase(gap);
}

/// Of what the filter could not be decided, of whose sockets, and where those were read.
struct Doubt {
  portscope::FieldId field{};
  portscope::Transport transport{};
  Source source{};

  auto operator<=>(const Doubt&) const = default;
};

/// Where the owners are hidden they tell why; else it is the road that was taken, or the field.
Gap gap_of(const Doubt& doubt, const Snapshot& snapshot) {
  const auto untold = portscope::untold(doubt.field);
  const std::string head = "the filter asks for " + std::string(untold.field) + ", which they do not tell: ";
  Gap gap{Gap::What::sockets, doubt.transport, "EACCES", {}, "run as root"};
  if (!untold.why.empty()) {
    const bool by_proc = doubt.source == Source::proc;
    gap.why = by_proc ? "ENODATA" : untold.why;
    gap.remedy = by_proc
                     ? "they were read from /proc, which has no place for it; netlink does where there is a diag module"
                     : untold.remedy;
  } else if (const auto owners = std::find_if(snapshot.gaps.begin(), snapshot.gaps.end(), is_owner_gap);
             owners != snapshot.gaps.end()) {
    gap.why = owners->why;
    gap.remedy = owners->remedy;
  }
  gap.remedy = head + gap.remedy;
  return gap;
}

void add_gaps(const std::map<Doubt, std::uint64_t>& doubts, Snapshot& snapshot) {
  for (const auto& [doubt, count] : doubts) {
    Gap gap = gap_of(doubt, snapshot);
    gap.count = count;
    snapshot.gaps.push_back(std::move(gap));
  }
}

}  // namespace

void select(const Question& question, Snapshot& snapshot) {
  const auto& filter = question.request.selection.filter;
  if (filter.is_everything()) return;
  std::map<Doubt, std::uint64_t> doubts;
  std::erase_if(snapshot.sockets, [&](const Socket& socket) {
    const Facts facts{socket, snapshot.strings, &snapshot};
    const Truth truth = holds(filter, facts);
    if (truth == Truth::maybe) {
      ++doubts[{portscope::undecided(filter, facts)->field, socket.transport, socket.source}];
    }
    return truth != Truth::yes;
  });
  add_gaps(doubts, snapshot);
  recount_owners(question, snapshot);
}

}  // namespace collect
