// SPDX-License-Identifier: MIT
#include "portscope/age.hpp"

#include <algorithm>

#include "portscope/kernel_structs.hpp"

namespace portscope {

/// The three clocks of tcp_info start when the connection does, and each is set back by what it
/// names (net/ipv4/tcp.c, tcp_get_info): until the first data one tells the age, later only that
/// it is no less.
std::optional<ConnectionAge> age_of(const Snapshot& snapshot, const Socket& socket) {
  constexpr auto info = DetailKind::tcp_info;
  const auto bytes = snapshot.details.find(socket.details, info);
  const bool is_open = socket.state != State::listen && socket.state != State::syn_sent && socket.state != State::bound;
  if (!bytes || !is_open) return std::nullopt;
  const auto sent = value_of(info, "last_data_sent_ms", *bytes);
  const auto received = value_of(info, "last_data_recv_ms", *bytes);
  if (!sent || !received) return std::nullopt;
  // What ended before it was a connection has clocks that never began; each connection has measured its handshake.
  if (socket.state == State::closed && !value_of(info, "rtt_us", *bytes)) return std::nullopt;
  if (value_of(info, "data_segs_out", *bytes) == 0U) return ConnectionAge{*sent, true};
  if (value_of(info, "data_segs_in", *bytes) == 0U) return ConnectionAge{*received, true};
  return ConnectionAge{std::max(*sent, *received), false};
}

}  // namespace portscope
