// SPDX-License-Identifier: MIT
#include "render/port_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "portscope/cgroup.hpp"
#include "portscope/detail_types.hpp"
#include "portscope/port_owners.hpp"
#include "render/formats.hpp"
#include "render/name_text.hpp"
#include "render/text.hpp"
#include "render/time.hpp"

namespace render {

using portscope::Snapshot;
using portscope::Socket;
using portscope::State;
using portscope::StringId;

std::string target_text(std::string_view target) {
  const bool is_number = target.find_first_not_of("0123456789") == std::string_view::npos;
  std::string out = is_number ? "port " : "";
  append_visible(out, target);
  return out;
}

std::string target_title(std::string_view target) {
  std::string out = target_text(target);
  if (out.starts_with('p') && out.size() > target.size()) out.front() = 'P';
  return out;
}

std::vector<std::uint32_t> holding_rows(const Snapshot& snapshot) {
  std::vector<std::uint32_t> rows = sorted(snapshot, {});
  std::erase_if(rows, [&](std::uint32_t row) { return !holds_port(snapshot.sockets[row]); });
  return rows;
}

void write_holding(const Snapshot& snapshot, const std::vector<std::uint32_t>& rows, const Look& look,
                   const Sink& sink) {
  View view{&snapshot, rows, {}, false, look};
  view.look.footer = false;
  for (const std::string_view name : {"transport", "state", "local", "owners", "user", "unit"}) {
    view.columns.push_back(find_column(name));
  }
  write_table(view, sink);
}

std::string connections_text(const Snapshot& snapshot) {
  std::map<State, std::size_t> counts;
  std::uint32_t longest_ms = 0;
  for (const Socket& socket : snapshot.sockets) {
    if (holds_port(socket)) continue;
    ++counts[socket.state];
    const auto timer = snapshot.details.value<portscope::Timer>(socket.details, portscope::DetailKind::timer);
    if (socket.state == State::time_wait && timer) longest_ms = std::max(longest_ms, timer->expires_ms);
  }
  std::string out;
  for (const auto& [state, count] : counts) {
    fmt::format_to(std::back_inserter(out), "{}{} {}", out.empty() ? "" : ", ", count, name(state));
    constexpr std::uint32_t a_second = 1000;
    if (state == State::time_wait && longest_ms > 0) {
      fmt::format_to(std::back_inserter(out), " ({} s)", (longest_ms + a_second - 1) / a_second);
    }
  }
  return out;
}

void write_connections(const Snapshot& snapshot, const Sink& sink) {
  const std::string connections = connections_text(snapshot);
  if (connections.empty()) return;
  sink(
      fmt::format("Still on the port: {}.\n"
                  "Until they are over, only a server that sets SO_REUSEADDR can bind it, and only\n"
                  "if the one before had set it too.\n",
                  connections));
}

std::string process_text(const Snapshot& snapshot, const portscope::Process& process) {
  std::string out = fmt::format("{} ", process.pid);
  append_name(out, snapshot.text(process.name));
  if (process.command_line != StringId::none && !snapshot.text(process.command_line).empty()) {
    out += ": ";
    append_text(out, CommandLines{CommandLine{snapshot.text(process.command_line), process.command_line_cut}}, {});
  }
  std::string more;
  const auto add = [&](std::string_view text) {
    if (!more.empty()) more += ", ";
    append_visible(more, text);
  };
  if (process.uid) {
    const StringId user = Snapshot::look_up(snapshot.users, *process.uid);
    add(user != StringId::none ? std::string(snapshot.text(user)) : fmt::format("uid {}", *process.uid));
  }
  if (const auto unit = portscope::unit_of(snapshot.text(process.cgroup)); !unit.empty()) add(unit);
  if (process.start_time)
    add("since " + rfc3339(*process.start_time).substr(0, sizeof "2026-01-02T03:04:05" - 1) + "Z");
  return more.empty() ? out : fmt::format("{} ({})", out, more);
}

void write_line(std::string_view visible, const Look& look, const Sink& sink) {
  std::string line(visible);
  if (look.width && display_width(line) > *look.width) {
    line = fmt::format("{}…", fitting_prefix(line, std::max(1U, *look.width) - 1));
  }
  line += '\n';
  sink(line);
}

}  // namespace render
