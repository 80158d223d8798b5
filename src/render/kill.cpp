// SPDX-License-Identifier: MIT
#include "render/kill.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "render/name_text.hpp"
#include "render/port_text.hpp"
#include "render/text.hpp"

namespace render {

using portscope::Ended;
using portscope::EndResult;
using portscope::Fate;
using portscope::OwnerStatus;
using portscope::PortOwner;
using portscope::SentSignal;
using portscope::Snapshot;
using portscope::Socket;

namespace {

/// `4711 node`
std::string short_text(const Snapshot& snapshot, const portscope::Process& process) {
  std::string out = fmt::format("{} ", process.pid);
  append_name(out, snapshot.text(process.name));
  return out;
}

/// Sockets that have the port, of which no process can be named.
std::string unowned_text(const Snapshot& snapshot) {
  std::string out;
  for (const Socket& socket : snapshot.sockets) {
    if (!holds_port(socket) || socket.owner_status == OwnerStatus::known) continue;
    switch (socket.owner_status) {
      case OwnerStatus::hidden:
      case OwnerStatus::elsewhere:
        out = "A process that you may not look into holds it; run as root to see which.\n";
        break;
      case OwnerStatus::kernel:
        out = "No process holds it: the kernel does, or it is on its way between two processes.\n";
        break;
      case OwnerStatus::none:
      case OwnerStatus::gone:
      case OwnerStatus::known:
      case OwnerStatus::unasked:
        break;
    }
  }
  return out;
}

bool is_refused(const PortOwner& holder) { return holder.refusal.has_value(); }

void write_addressees(const KillAnswer& answer, const Look& look, const Sink& sink) {
  const bool any_refused = std::any_of(answer.holders.begin(), answer.holders.end(), is_refused);
  if (any_refused) {
    sink("Not ended:\n");
    for (const PortOwner& holder : answer.holders) {
      if (!is_refused(holder)) continue;
      const auto& process = answer.before.processes[holder.process];
      write_line(fmt::format("  {} {}", short_text(answer.before, process), visible(holder.refusal->why)), look, sink);
      sink(fmt::format("    instead: {}\n", visible(holder.refusal->command)));
    }
  }
  if (std::all_of(answer.holders.begin(), answer.holders.end(), is_refused)) return;
  sink(any_refused ? "So nothing is sent to these either:\n" : "SIGTERM goes to:\n");
  for (const PortOwner& holder : answer.holders) {
    if (is_refused(holder)) continue;
    write_line("  " + process_text(answer.before, answer.before.processes[holder.process]), look, sink);
  }
}

std::string_view said(Fate fate, SentSignal sent) {
  switch (fate) {
    case Fate::ended:
      return sent == SentSignal::kill ? "ended, by SIGKILL" : "ended";
    case Fate::let_go:
      return "runs on, but has let the port go";
    case Fate::holds:
      return sent == SentSignal::kill ? "still holds the port, after SIGKILL"
                                      : "still holds the port, after SIGTERM; --force sends SIGKILL";
    case Fate::changed:
      return "was not sent anything: it is not what was shown, or has the socket no more";
    case Fate::gone:
      return "had ended already";
    case Fate::denied:
      return "could not be sent anything";
  }
  return "";
}

void write_fates(const KillAnswer& answer, const Look& look, const Sink& sink) {
  for (const Ended& ended : answer.ended) {
    std::string line = short_text(answer.before, answer.before.processes[ended.process]);
    line.append(" ").append(said(ended.fate, ended.sent));
    if (!ended.why.empty()) line += fmt::format(" ({})", ended.why);
    write_line(line, look, sink);
  }
}

/// How a process has come by the port that was not among those shown, or was and still has it.
std::string how_it_holds(const KillAnswer& answer, const portscope::Process& process, const Socket& socket) {
  const auto& before = answer.before;
  const bool was_shown = std::any_of(answer.holders.begin(), answer.holders.end(), [&](const PortOwner& holder) {
    return before.processes[holder.process].pid == process.pid;
  });
  const bool same_socket = std::any_of(before.sockets.begin(), before.sockets.end(),
                                       [&](const Socket& other) { return other.inode == socket.inode; });
  if (was_shown) return {};
  return same_socket ? "has the same socket, inherited or passed on; it was not shown, so it was sent nothing"
                     : "opened the port meanwhile; it was not shown, so it was sent nothing";
}

void write_what_is_left(const KillAnswer& answer, const Look& look, const Sink& sink) {
  const Snapshot& after = *answer.after;
  const auto rows = holding_rows(after);
  if (rows.empty()) return sink(target_title(answer.target) + " is free.\n");
  sink(target_title(answer.target) + " is still held:\n");
  write_holding(after, rows, look, sink);
  for (const std::uint32_t row : rows) {
    const Socket& socket = after.sockets[row];
    std::int32_t told = 0;
    for (const portscope::Holder& holder : after.holders_of(socket)) {
      const auto& process = after.processes[holder.process];
      const std::string how = how_it_holds(answer, process, socket);
      if (how.empty() || process.pid == told) continue;
      told = process.pid;
      write_line(fmt::format("{} {}", short_text(after, process), how), look, sink);
    }
    if (socket.state == portscope::State::bound) {
      sink("A socket that is bound has its port until its process closes it, even if nothing listens.\n");
    }
  }
  sink(unowned_text(after));
}

}  // namespace

void write_kill_plan(const KillAnswer& answer, const Look& look, const Sink& sink) {
  const auto rows = holding_rows(answer.before);
  const std::string connections = connections_text(answer.before);
  if (rows.empty()) {
    sink(fmt::format("Nothing holds {}.\n", target_text(answer.target)));
    if (!connections.empty()) sink(fmt::format("Connections are on it, and left alone: {}.\n", connections));
    return;
  }
  sink(target_title(answer.target) + " is held:\n");
  write_holding(answer.before, rows, look, sink);
  sink(unowned_text(answer.before));
  write_addressees(answer, look, sink);
  if (!connections.empty()) sink(fmt::format("Left alone, for they only use the port: {}.\n", connections));
}

void write_kill_outcome(const KillAnswer& answer, const Look& look, const Sink& sink) {
  if (!answer.after) return;
  write_fates(answer, look, sink);
  write_what_is_left(answer, look, sink);
  write_connections(*answer.after, sink);
}

}  // namespace render
