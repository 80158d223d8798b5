// SPDX-License-Identifier: MIT
// A journal of one connection or two, as its tests read it.
#pragma once

#include <gmock/gmock.h>
#include <linux/tcp.h>

#include <cstdint>
#include <utility>
#include <vector>

#include "portscope/journal.hpp"
#include "support/sockets.hpp"

namespace fake::story {

using portscope::ChangeKind;
using portscope::DetailKind;
using portscope::Event;
using portscope::Journal;
using portscope::OwnerStatus;
using portscope::Selection;
using portscope::Snapshot;
using portscope::Socket;
using portscope::State;
using portscope::Time;
using portscope::Transport;

inline constexpr std::int32_t holder_pid = 812;

inline Socket talking(std::uint64_t cookie, std::uint16_t port = 4000) {
  Socket socket = fake::connection(fake::end("10.0.0.1", 80), fake::end("10.0.0.2", port));
  socket.cookie = cookie;
  socket.inode = static_cast<std::uint32_t>(cookie);
  socket.owner_status = OwnerStatus::known;
  return socket;
}

/// The same in another state, which nobody holds any more.
inline Socket unheld(std::uint64_t cookie, State state) {
  Socket socket = talking(cookie);
  socket.state = state;
  socket.inode = 0;
  socket.owner_status = OwnerStatus::none;
  return socket;
}

/// What is left of it when both ends have closed.
inline Socket lingering(std::uint64_t cookie) { return unheld(cookie, State::time_wait); }

/// A connection without its holder, which waits for the other end to close.
inline Socket half_closed(std::uint64_t cookie) { return unheld(cookie, State::fin_wait_2); }

/// As /proc tells of it.
inline Socket without_cookie(Socket socket) {
  socket.cookie = 0;
  return socket;
}

/// What a look shows; a process holds everything that has an inode.
inline Snapshot look(int seconds, std::vector<Socket> sockets) {
  Snapshot snapshot;
  snapshot.time = Time(std::chrono::seconds(seconds));
  snapshot.processes.resize(1);
  snapshot.processes[0].pid = holder_pid;
  for (const Socket& socket : sockets) {
    if (socket.inode != 0) snapshot.holders.push_back({socket.inode, 0, 3, 0});
  }
  snapshot.sockets = std::move(sockets);
  return snapshot;
}

/// The announcement that a socket ended after it had sent so much.
inline Snapshot ended(int seconds, Socket socket, std::uint64_t sent = 0) {
  tcp_info info{};
  info.tcpi_rtt = 10;
  info.tcpi_bytes_sent = sent;
  info.tcpi_data_segs_out = 1;
  info.tcpi_data_segs_in = 1;
  Snapshot snapshot;
  snapshot.time = Time(std::chrono::seconds(seconds));
  socket.state = State::closed;
  socket.inode = 0;
  socket.owner_status = OwnerStatus::gone;
  if (socket.transport == Transport::tcp) {
    socket.details = snapshot.details.add_value(socket.details, DetailKind::tcp_info, info);
  }
  snapshot.sockets = {socket};
  return snapshot;
}

/// An event with what a reader wants to know of it.
struct Told {
  ChangeKind kind{};
  std::uint64_t cookie = 0;
  State state{};
  std::uint64_t sent = 0;
  std::int32_t pid = 0;
  Event event;
};

class JournalOf {
 public:
  explicit JournalOf(Selection selection = without_time_wait()) : journal_(std::move(selection)) {}

  static Selection without_time_wait() {
    Selection selection;
    selection.states.erase(State::time_wait);
    return selection;
  }

  std::vector<Told> take(Snapshot snapshot) {
    journal_.begin_look();
    return take_begun(std::move(snapshot));
  }
  std::vector<Told> take_begun(Snapshot snapshot) {
    told_.clear();
    journal_.take(std::move(snapshot), teller());
    return told_;
  }
  std::vector<Told> hear(Snapshot snapshot) {
    told_.clear();
    journal_.hear(std::move(snapshot), teller());
    return told_;
  }
  Journal& operator*() { return journal_; }

 private:
  Journal::Tell teller() {
    return [this](const Snapshot& snapshot, const Event& event) {
      const Socket& socket = snapshot.sockets[event.row];
      const auto info = snapshot.details.value<tcp_info>(socket.details, DetailKind::tcp_info);
      const auto holders = snapshot.holders_of(socket);
      told_.push_back({event.kind, socket.cookie, socket.state, info ? info->tcpi_bytes_sent : 0,
                       holders.empty() ? 0 : snapshot.processes[holders.front().process].pid, event});
    };
  }

  Journal journal_;
  std::vector<Told> told_;
};

MATCHER_P2(Is, kind, cookie, "") { return arg.kind == kind && arg.cookie == static_cast<std::uint64_t>(cookie); }

inline constexpr auto opened = ChangeKind::opened;
inline constexpr auto changed = ChangeKind::changed;
inline constexpr auto closed = ChangeKind::closed;

}  // namespace fake::story
