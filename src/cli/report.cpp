// SPDX-License-Identifier: MIT
#include "cli/report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "render/text.hpp"

namespace cli {

using portscope::Gap;

namespace {

std::string visible(std::string_view text) {
  std::string out;
  render::append_visible(out, text);
  return out;
}

/// What cannot be seen.
std::string complaint(const Gap& gap) {
  const std::string count = gap.count ? fmt::format("{}", *gap.count) : std::string("some");
  const std::string_view sockets = gap.count == 1U ? "socket" : "sockets";
  switch (gap.what) {
    case Gap::What::owners:
      return fmt::format("the processes of {} {} are hidden from you", count, sockets);
    case Gap::What::options:
      return fmt::format("the options of {} {} could not be read", count, sockets);
    case Gap::What::sockets:
      return fmt::format("{} {}{} may be missing", count,
                         gap.transport ? fmt::format("{} ", name(*gap.transport)) : std::string{}, sockets);
  }
  return {};
}

std::string describe(const Gap& gap) {
  return fmt::format("portscope: {} ({}); {}\n", complaint(gap), gap.why, gap.remedy);
}

}  // namespace

std::string describe_gaps(const portscope::Snapshot& snapshot) {
  std::string out;
  for (const Gap& gap : snapshot.gaps) out += describe(gap);
  return out;
}

int exit_code(const portscope::Snapshot& snapshot, const Plan& plan) {
  constexpr int incomplete = 3;
  const auto matters = [&](const Gap& gap) { return gap.what == Gap::What::sockets || plan.strict; };
  if (std::any_of(snapshot.gaps.begin(), snapshot.gaps.end(), matters)) return incomplete;
  return snapshot.sockets.empty() ? 1 : 0;
}

std::string describe(const UsageError& error) {
  std::string out = fmt::format("portscope: {}\n", visible(error.what()));
  const auto& mark = error.mark();
  if (mark.word.empty()) return out + "Try 'portscope --help'.\n";
  const std::string before = visible(std::string_view(mark.word).substr(0, mark.begin));
  const std::string marked = visible(std::string_view(mark.word).substr(mark.begin, mark.length));
  const std::string after =
      visible(std::string_view(mark.word).substr(std::min(mark.begin + mark.length, mark.word.size())));
  out += fmt::format("  {}{}{}\n", before, marked, after);
  out += fmt::format("  {:{}}{:^>{}}\n", "", render::display_width(before), "",
                     std::max<std::size_t>(1, render::display_width(marked)));
  return out;
}

std::string describe(const std::exception& error) { return fmt::format("portscope: {}\n", visible(error.what())); }

}  // namespace cli
