// SPDX-License-Identifier: MIT
#include "watch/arrange.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <span>
#include <unordered_map>

#include "render/view.hpp"

namespace watch {

using portscope::Snapshot;
using portscope::Socket;

namespace {

std::vector<std::uint32_t> by_figure(const Content& content, const Sorting& sorting) {
  const auto& sockets = content.snapshot().sockets;
  auto order = render::sorted(content.snapshot(), {});
  std::vector<double> numbers(sockets.size(), -1);  // those without a rate come before those whose rate is 0
  for (std::size_t row = 0; row < sockets.size(); ++row) {
    if (const auto rate = content.meter().of(sockets[row])) numbers[row] = number_of(sorting.field->figure, *rate);
  }
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return sorting.descending ? numbers[a] > numbers[b] : numbers[a] < numbers[b];
  });
  return order;
}

std::vector<std::uint32_t> ordered(const Content& content, const Sorting& sorting) {
  if (sorting.field && sorting.field->column == nullptr) return by_figure(content, sorting);
  if (sorting.field) return render::sorted(content.snapshot(), {{sorting.field->column, sorting.descending}});
  auto order = render::sorted(content.snapshot(), {});
  if (sorting.descending) std::reverse(order.begin(), order.end());
  return order;
}

std::string_view column_of(Grouping grouping) {
  switch (grouping) {
    case Grouping::process:
      return "owners";
    case Grouping::port:
      return "local_port";
    case Grouping::peer:
      return "peer_address";
    case Grouping::state:
      return "state";
    case Grouping::none:
      break;
  }
  return "state";
}

void add_rate(Group& group, const std::optional<portscope::Rate>& rate) {
  if (!rate) return;
  if (!group.rate) group.rate.emplace();
  group.rate->sent += rate->sent;
  group.rate->received += rate->received;
  group.rate->retransmits += rate->retransmits;
  group.rate->refused += rate->refused;
}

/// Makes rows of sockets, in whatever order. To read their identities in the order in which they lie in memory takes a
/// fraction of the time.
class RowMaker {
 public:
  explicit RowMaker(const Snapshot& snapshot) : identities_(snapshot.sockets.size()) {
    std::transform(snapshot.sockets.begin(), snapshot.sockets.end(), identities_.begin(), identity_of);
  }
  Row operator()(std::uint32_t index) const { return {Row::Kind::socket, index, identities_[index]}; }

 private:
  std::vector<std::uint64_t> identities_;
};

/// Groups stand where the first of their sockets would.
void append_groups(Arrangement& arrangement, const Content& content, const State& state,
                   std::span<const std::uint32_t> order, const RowMaker& row_of) {
  constexpr std::size_t all_pids = SIZE_MAX;
  const Snapshot& snapshot = content.snapshot();
  const render::Column* column = render::find_column(column_of(state.grouping));
  std::unordered_map<std::string, std::size_t> places;
  std::vector<std::vector<std::uint32_t>> members;
  for (const std::uint32_t index : order) {
    const Socket& socket = snapshot.sockets[index];
    std::string name;
    append_text(name, column->cell(snapshot, socket), {all_pids});
    const auto [place, is_new] = places.emplace(name, members.size());
    if (is_new) {
      arrangement.groups.push_back({name, 0, std::nullopt, !state.unfolded.contains(name)});
      members.emplace_back();
    }
    members[place->second].push_back(index);
    add_rate(arrangement.groups[place->second], content.meter().of(socket));
  }
  for (std::uint32_t i = 0; i < members.size(); ++i) {
    Group& group = arrangement.groups[i];
    group.sockets = members[i].size();
    arrangement.rows.push_back({Row::Kind::group, i, std::hash<std::string>{}(group.name)});
    if (group.folded) continue;
    for (const std::uint32_t index : members[i]) arrangement.rows.push_back(row_of(index));
  }
}

}  // namespace

Arrangement arrange(const Content& content, const State& state) {
  auto order = ordered(content, state.sorting);
  const RowMaker row_of(content.snapshot());
  const auto is_pinned = [&](std::uint32_t index) { return state.pinned.contains(row_of(index).identity); };
  const auto rest = state.pinned.empty() ? order.begin() : std::stable_partition(order.begin(), order.end(), is_pinned);
  Arrangement arrangement;
  arrangement.rows.reserve(order.size());
  std::transform(order.begin(), rest, std::back_inserter(arrangement.rows), std::cref(row_of));
  arrangement.pinned = arrangement.rows.size();
  const std::span others(rest, order.end());
  if (state.grouping != Grouping::none) {
    append_groups(arrangement, content, state, others, row_of);
  } else {
    std::transform(others.begin(), others.end(), std::back_inserter(arrangement.rows), std::cref(row_of));
  }
  arrangement.sockets = order.size();
  return arrangement;
}

}  // namespace watch
