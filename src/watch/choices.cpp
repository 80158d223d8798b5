// SPDX-License-Identifier: MIT
#include "watch/choices.hpp"

#include <algorithm>
#include <array>

namespace watch {

namespace {

using std::chrono::milliseconds;

constexpr auto intervals = std::to_array<milliseconds>({milliseconds(100), milliseconds(250), milliseconds(500),
                                                        milliseconds(1000), milliseconds(2000), milliseconds(5000),
                                                        milliseconds(10000), milliseconds(30000), milliseconds(60000)});

}  // namespace

Grouping next_grouping(Grouping grouping) {
  switch (grouping) {
    case Grouping::none:
      return Grouping::process;
    case Grouping::process:
      return Grouping::port;
    case Grouping::port:
      return Grouping::peer;
    case Grouping::peer:
      return Grouping::state;
    case Grouping::state:
      return Grouping::none;
  }
  return Grouping::none;
}

Sorting next_sorting(const Sorting& sorting, const std::vector<Field>& fields) {
  auto next = fields.begin();
  if (sorting.field) {
    next = std::find(fields.begin(), fields.end(), *sorting.field);
    if (next != fields.end()) ++next;
  }
  return next != fields.end() ? sorted_by({}, *next) : Sorting{};
}

Sorting sorted_by(const Sorting& sorting, const Field& field) {
  if (sorting.field == field) return {field, !sorting.descending};
  return {field, field.column == nullptr};
}

milliseconds slower(milliseconds interval) {
  const auto* const next = std::upper_bound(intervals.begin(), intervals.end(), interval);
  return next != intervals.end() ? *next : interval;
}

milliseconds faster(milliseconds interval) {
  const auto* const next = std::lower_bound(intervals.begin(), intervals.end(), interval);
  return next != intervals.begin() ? *(next - 1) : interval;
}

Wishes toggled(Wishes wishes, portscope::Transport transport) {
  if (wishes.transports.contains(transport)) {
    wishes.transports.erase(transport);
  } else {
    wishes.transports.insert(transport);
  }
  return wishes;
}

}  // namespace watch
