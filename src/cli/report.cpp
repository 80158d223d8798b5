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
    case Gap::What::nat_rules:
      return "whether a NAT rule sends elsewhere what comes to the port could not be seen";
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

int exit_code_for_gaps(const std::vector<portscope::Gap>& gaps, bool strict) {
  constexpr int incomplete = 3;
  const auto matters = [&](const Gap& gap) { return gap.what == Gap::What::sockets || strict; };
  return std::any_of(gaps.begin(), gaps.end(), matters) ? incomplete : 0;
}

int exit_code(const portscope::Snapshot& snapshot, const Plan& plan) {
  if (const int incomplete = exit_code_for_gaps(snapshot.gaps, plan.strict); incomplete != 0) return incomplete;
  return snapshot.sockets.empty() ? 1 : 0;
}

namespace {

/// A message may quote a word, which may be anything.
std::string shortened(std::string_view message) {
  constexpr std::size_t longest = 400;
  constexpr std::size_t begin = 250;
  constexpr std::size_t end = 100;
  if (message.size() <= longest) return std::string(message);
  return fmt::format("{}...{}", message.substr(0, begin), message.substr(message.size() - end));
}

/// What lies around the fault of a very long text, so that the mark can be seen.
struct Window {
  std::string before;
  std::string marked;
  std::string after;
};

Window window_of(const UsageError::Mark& mark) {
  constexpr std::size_t around = 60;
  constexpr std::size_t widest = 80;
  const std::string_view word = mark.word;
  const std::size_t begin = std::min(mark.begin, word.size());
  const std::size_t end = std::min(begin + mark.length, word.size());
  const std::size_t from = begin > around ? begin - around : 0;
  const std::size_t shown_end = std::min(end, begin + widest);
  const std::size_t to = std::min(word.size(), shown_end + around);
  Window window{visible(word.substr(from, begin - from)), visible(word.substr(begin, shown_end - begin)),
                visible(word.substr(shown_end, to - shown_end))};
  if (from > 0) window.before.insert(0, "...");
  if (to < word.size()) window.after += "...";
  return window;
}

}  // namespace

std::string describe(const UsageError& error) {
  std::string out = fmt::format("portscope: {}\n", visible(shortened(error.what())));
  if (error.mark().word.empty()) return out + "Try 'portscope --help'.\n";
  const auto [before, marked, after] = window_of(error.mark());
  out += fmt::format("  {}{}{}\n", before, marked, after);
  out += fmt::format("  {:{}}{:^>{}}\n", "", render::display_width(before), "",
                     std::max<std::size_t>(1, render::display_width(marked)));
  return out;
}

std::string describe(const std::exception& error) { return fmt::format("portscope: {}\n", visible(error.what())); }

}  // namespace cli
