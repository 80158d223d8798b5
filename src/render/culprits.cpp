// SPDX-License-Identifier: MIT
#include "render/culprits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "portscope/cgroup.hpp"
#include "portscope/detail_types.hpp"
#include "render/cell.hpp"
#include "render/name_text.hpp"
#include "render/quantity.hpp"
#include "render/text.hpp"
#include "render/time.hpp"

namespace render {

using portscope::Holder;
using portscope::OwnerStatus;
using portscope::Process;
using portscope::Snapshot;
using portscope::Socket;
using portscope::StringId;

namespace {

constexpr std::size_t most_holders = 8;       ///< of one socket
constexpr std::size_t most_of_command = 240;  ///< bytes: what a person reads of it

std::string name_of(std::string_view name) {
  std::string out;
  append_name(out, name);
  return out;
}

/// `2026-01-02 03:04:05 UTC (2d3h)`.
std::string since(portscope::Time start, portscope::Time now) {
  constexpr std::size_t to_seconds = 19;
  std::string text = rfc3339(start).substr(0, to_seconds);
  std::replace(text.begin(), text.end(), 'T', ' ');
  text += " UTC";
  const auto age = std::chrono::duration_cast<std::chrono::seconds>(now - start).count();
  if (age < 0) return text;
  constexpr std::uint64_t second = 1000;
  text += " (";
  append_duration_ms(text, static_cast<std::uint64_t>(age) * second);
  return text + ')';
}

}  // namespace

std::string Culprits::title(const Process& process) const {
  std::string text = fmt::format("{}, pid {}", name_of(snapshot_.text(process.name)), process.pid);
  if (process.uid) {
    const StringId user = Snapshot::look_up(snapshot_.users, *process.uid);
    text += user != StringId::none ? ", user " + visible(snapshot_.text(user)) : fmt::format(", uid {}", *process.uid);
  }
  const std::string_view path = snapshot_.text(process.cgroup);
  if (const auto unit = portscope::unit_of(path); !unit.empty()) text += ", unit " + visible(unit);
  if (const auto container = portscope::container_of(path); !container.empty()) {
    constexpr std::size_t shown = 12;
    text += ", container " + visible(container.substr(0, shown));
  }
  if (process.start_time) text += ", since " + since(*process.start_time, snapshot_.time);
  return text;
}

/// Arguments parted by blanks: to be read, not to be run.
std::string Culprits::command(const Process& process) const {
  std::string text;
  for (const auto argument : split_arguments(snapshot_.text(process.command_line))) {
    text.append(text.empty() ? "" : " ").append(argument);
  }
  const bool is_cut = text.size() > most_of_command;
  return visible(std::string_view(text).substr(0, most_of_command)) + (is_cut ? "..." : "");
}

void Culprits::add_process(std::vector<TextLine>& lines, const Process& process) {
  if (!told_.insert(process.pid).second) {
    lines.push_back({2, fmt::format("{}, pid {}, as above", name_of(snapshot_.text(process.name)), process.pid)});
    return;
  }
  lines.push_back({2, title(process)});
  if (std::string text = command(process); !text.empty()) lines.push_back({4, std::move(text)});
  const auto& starters = view_.starters;
  const auto starter =
      std::find_if(starters.begin(), starters.end(), [&](const auto& each) { return each.pid == process.ppid; });
  if (starter == starters.end()) return;
  lines.push_back({4, fmt::format("started by {}, pid {}", name_of(snapshot_.text(starter->name)), starter->pid)});
}

std::string Culprits::unheld(const Socket& socket) const {
  switch (socket.owner_status) {
    case OwnerStatus::hidden:
      return "held by a process that is hidden from you";
    case OwnerStatus::kernel:
      return "held by the kernel itself";
    case OwnerStatus::elsewhere:
      return "held outside of this PID namespace, or by the kernel";
    case OwnerStatus::gone:
      return "its holder ended just now";
    case OwnerStatus::none: {
      std::string text = "no process holds it any more";
      const auto timer = snapshot_.details.value<portscope::Timer>(socket.details, portscope::DetailKind::timer);
      if (timer && timer->expires_ms > 0) {
        text += "; ";
        append_duration_ms(text, timer->expires_ms);
        text += " are left";
      }
      return text;
    }
    case OwnerStatus::unasked:
    case OwnerStatus::known:
      break;
  }
  return "nobody was asked who holds it";
}

std::vector<TextLine> Culprits::lines_of(const Socket& socket) {
  const auto holders = snapshot_.holders_of(socket);
  std::vector<TextLine> lines;
  if (holders.empty()) {
    lines.push_back({2, unheld(socket)});
    return lines;
  }
  std::size_t told = 0;
  std::int32_t last = 0;
  for (const Holder& holder : holders) {
    const Process& process = snapshot_.processes[holder.process];
    if (process.pid == last) continue;  // once for several descriptors
    last = process.pid;
    if (told++ < most_holders) add_process(lines, process);
  }
  if (told > most_holders) lines.push_back({2, fmt::format("and {} processes more", told - most_holders)});
  return lines;
}

}  // namespace render
