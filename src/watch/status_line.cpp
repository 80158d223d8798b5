// SPDX-License-Identifier: MIT
#include "watch/status_line.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

#include "render/text.hpp"

namespace watch {

namespace {

using portscope::Gap;
using portscope::Transport;

/// `1.5s`, `250ms`.
std::string interval_text(std::chrono::milliseconds interval) {
  constexpr auto second = std::chrono::milliseconds(1000);
  if (interval % second == std::chrono::milliseconds(0)) return fmt::format("{}s", interval / second);
  return fmt::format("{}ms", interval.count());
}

std::string clock_text(portscope::Time time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm local{};
  return ::localtime_r(&seconds, &local) != nullptr ? fmt::format("{:%H:%M:%S}", local) : std::string();
}

std::string choices(const Wishes& wishes) {
  std::string text;
  const auto add = [&](std::string_view word) { text.append(text.empty() ? "" : ",").append(word); };
  for (std::size_t i = 0; i < portscope::Names<Transport>::list.size(); ++i) {
    const auto transport = static_cast<Transport>(i);
    if (wishes.transports.contains(transport)) add(name(transport));
  }
  if (wishes.listening) add("listening");
  if (wishes.established) add("established");
  if (wishes.all) add("all states");
  return text;
}

std::string_view grouping_text(Grouping grouping) {
  switch (grouping) {
    case Grouping::none:
      return "";
    case Grouping::process:
      return "by process";
    case Grouping::port:
      return "by port";
    case Grouping::peer:
      return "by peer";
    case Grouping::state:
      return "by state";
  }
  return "";
}

std::uint64_t gap_count(const portscope::Snapshot& snapshot, Gap::What what) {
  std::uint64_t count = 0;
  for (const Gap& gap : snapshot.gaps) {
    if (gap.what == what) count += gap.count.value_or(1);
  }
  return count;
}

}  // namespace

std::string status_line(const Content& content, const Arrangement& arrangement, const State& state,
                        const Status& status, const Size& size) {
  const auto& snapshot = content.snapshot();
  std::vector<std::string> parts;
  if (!status.trouble.empty()) {
    parts.emplace_back();
    render::append_visible(parts.back(), status.trouble);
  }
  if (state.paused) parts.emplace_back("PAUSED");
  if (const auto missing = gap_count(snapshot, Gap::What::sockets); missing > 0) parts.emplace_back("INCOMPLETE");
  const std::size_t rows = areas_of(state, size).rows;
  const std::size_t first = arrangement.rows.empty() ? 0 : state.top + 1;
  const std::size_t last = std::min(state.top + rows, arrangement.rows.size());
  parts.push_back(rows > 0 ? fmt::format("{}-{} of {}", std::min(first, last), last, arrangement.rows.size())
                           : fmt::format("{} rows", arrangement.rows.size()));
  if (arrangement.sockets != arrangement.rows.size()) parts.push_back(fmt::format("{} sockets", arrangement.sockets));
  if (const auto hidden = gap_count(snapshot, Gap::What::owners); hidden > 0) {
    parts.push_back(fmt::format("{} {} hidden", hidden, hidden == 1 ? "owner" : "owners"));
  }
  if (status.slow) parts.emplace_back("SLOW");
  if (!state.wishes.filter.empty()) {
    std::string filter = "/";
    render::append_visible(filter, state.wishes.filter);
    parts.push_back(std::move(filter));
  }
  if (auto chosen = choices(state.wishes); !chosen.empty()) parts.push_back(std::move(chosen));
  if (state.grouping != Grouping::none) parts.emplace_back(grouping_text(state.grouping));
  parts.push_back("every " + interval_text(state.interval));
  parts.push_back(fmt::format("took {}ms", status.took.count()));
  if (status.road != portscope::OwnerRoad::none) parts.push_back(fmt::format("owners by {}", name(status.road)));
  if (!state.wishes.rates) parts.emplace_back("no rates");
  parts.push_back(clock_text(status.time));
  std::string line;
  for (const std::string& part : parts) {
    const std::string_view gap = line.empty() ? "" : "  ";
    if (!line.empty() && render::display_width(line) + gap.size() + render::display_width(part) > size.columns)
      continue;
    line.append(gap).append(part);
  }
  return line;
}

}  // namespace watch
