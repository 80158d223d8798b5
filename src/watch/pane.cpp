// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "render/text.hpp"
#include "watch/page.hpp"

namespace watch {

using portscope::Snapshot;
using portscope::Socket;

namespace {

/// `text` in lines of at most `width` columns.
void append_lines(std::vector<std::string>& lines, const std::string& text, std::size_t indent, std::size_t width) {
  std::string wrapped;
  render::append_wrapped(wrapped, text, 0, width > indent ? width - indent : 1);
  std::size_t begin = 0;
  while (begin < wrapped.size()) {
    const std::size_t end = std::min(wrapped.find('\n', begin), wrapped.size());
    const std::size_t shift = lines.empty() || begin == 0 ? 0 : indent;
    lines.push_back(std::string(shift, ' ') + wrapped.substr(begin, end - begin));
    begin = end + 1;
  }
}

void append_fact(std::vector<std::string>& lines, std::string_view name, const std::string& text, std::size_t width) {
  if (!text.empty()) append_lines(lines, fmt::format("{:<15} {}", name, text), width > 40 ? 16 : 2, width);
}

/// Whoever holds the socket, with what is known of the process.
void append_owners(std::vector<std::string>& lines, const Snapshot& snapshot, const Socket& socket, std::size_t width) {
  for (const auto& holder : snapshot.holders_of(socket)) {
    const auto& process = snapshot.processes[holder.process];
    std::string text;
    render::append_visible(text, snapshot.text(process.name));
    text += fmt::format(" pid {} fd {}", process.pid, holder.fd);
    if (holder.tid != 0) text += fmt::format(" thread {}", holder.tid);
    if (process.ppid != 0) text += fmt::format(" parent {}", process.ppid);
    if (process.uid) {
      const auto user = Snapshot::look_up(snapshot.users, *process.uid);
      text += " user ";
      user != portscope::StringId::none ? render::append_visible(text, snapshot.text(user))
                                        : render::append_decimal(text, *process.uid);
    }
    if (process.exe != portscope::StringId::none) {
      text += ' ';
      render::append_visible(text, snapshot.text(process.exe));
    }
    append_fact(lines, "held by", text, width);
    std::string command;
    append_text(
        command,
        render::CommandLines{render::CommandLine{snapshot.text(process.command_line), process.command_line_cut}}, {});
    if (!snapshot.text(process.command_line).empty()) append_fact(lines, "  command", command, width);
    std::string cgroup;
    render::append_visible(cgroup, snapshot.text(process.cgroup));
    append_fact(lines, "  cgroup", cgroup, width);
  }
}

void append_rate(std::vector<std::string>& lines, const Content& content, const Socket& socket, std::size_t width) {
  const auto rate = content.meter().of(socket);
  if (socket.state == portscope::State::listen) {
    if (rate) append_fact(lines, "refused", fmt::format("{:.1f} connections a second", rate->refused), width);
    return;
  }
  if (!rate) {
    append_fact(lines, "rates", "the kernel keeps no counters of it", width);
    return;
  }
  append_fact(
      lines, "rates",
      fmt::format("sent {} B/s, received {} B/s, {:.1f} retransmissions/s", figure_text(Figure::sent, rate->sent),
                  figure_text(Figure::received, rate->received), rate->retransmits),
      width);
}

std::vector<std::string> details_of(const Content& content, std::uint32_t row, std::size_t width) {
  // Addresses and ports stand in the ends, and the names of a process with it.
  static constexpr auto told_elsewhere = std::to_array<std::string_view>(
      {"pid", "name", "exe", "cmdline", "owners", "local_address", "local_port", "peer_address", "peer_port"});
  const Snapshot& snapshot = content.snapshot();
  const Socket& socket = snapshot.sockets[row];
  std::vector<std::string> lines;
  if (content.mark_of(row) == Mark::closed) lines.emplace_back("It was closed; this was the last of it.");
  append_owners(lines, snapshot, socket, width);
  append_rate(lines, content, socket, width);
  for (const render::Column& column : render::columns()) {
    if (std::find(told_elsewhere.begin(), told_elsewhere.end(), column.name) != told_elsewhere.end()) continue;
    const render::Cell cell = column.cell(snapshot, socket);
    if (is_blank(cell)) continue;
    std::string text;
    append_text(text, cell, {});
    if (text != "-") append_fact(lines, column.name, text, width);
  }
  return lines;
}

}  // namespace

std::vector<std::string> pane_lines(const Content& content, const Arrangement& arrangement, const State& state,
                                    const Size& size) {
  std::vector<std::string> lines;
  if (state.mode == Mode::help) {
    for (const std::string& line : help_lines()) append_lines(lines, line, 9, size.columns);
    return lines;
  }
  if (state.mode != Mode::details || state.selected >= arrangement.rows.size()) return lines;
  const Row& row = arrangement.rows[state.selected];
  if (row.kind == Row::Kind::socket) return details_of(content, row.index, size.columns);
  const Group& group = arrangement.groups[row.index];
  append_lines(lines, fmt::format("{}: {} sockets", group.name, group.sockets), 0, size.columns);
  return lines;
}

}  // namespace watch
