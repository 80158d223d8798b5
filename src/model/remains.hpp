// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_map>

#include "portscope/snapshot.hpp"

namespace portscope {

/// What goes on of a TCP connection after its program has done with it: time_wait, and fin_wait_2 that nobody holds,
/// which waits for the other end to close. In place of the socket the kernel keeps a small record with the same cookie,
/// and announces the end of the socket (tcp_time_wait(), net/ipv4/tcp_minisocks.c).
[[nodiscard]] bool is_remainder(const Socket& socket);

/// The ends of an IP socket, one without a peer included.
[[nodiscard]] std::optional<FiveTuple> ends_of(const Socket& socket);

/// The counters with which a socket ended, as far as it was announced with some.
void add_last_counters(Snapshot& to, Socket& socket, const Snapshot& ended, const Socket& last);

/// Rows that no process holds any more, or whose holder went while we looked, get the holders, user and cgroup that
/// the row before has, and OwnerStatus::gone; those of what goes on, which have nothing but their ends and the cookie,
/// also the last counters.
void inherit(Snapshot& look, const Snapshot& before,
             const std::function<std::optional<std::uint32_t>(const Socket&)>& row_before);

/// Finds in a snapshot what was announced to have ended.
class Shown {
 public:
  explicit Shown(const Snapshot& snapshot);

  /// The same socket, by its cookie. A row of /proc has none and is found by its ends, unless it has_several.
  [[nodiscard]] std::optional<std::uint32_t> find(const Socket& socket) const;
  /// Rows without cookies that nothing tells apart: SO_REUSEPORT.
  [[nodiscard]] bool has_several(const Socket& socket) const;
  /// What goes on of it. A connection that got no cookie before (nobody had asked for one) goes on with another, and is
  /// found by its ends.
  [[nodiscard]] std::optional<std::uint32_t> find_remainder(const Socket& socket) const;

 private:
  static constexpr std::uint32_t several = UINT32_MAX;

  [[nodiscard]] std::optional<std::uint32_t> without_cookie(const Socket& socket) const;

  std::unordered_map<std::uint64_t, std::uint32_t> by_cookie_;
  std::unordered_map<FiveTuple, std::uint32_t> by_ends_;  // rows without a cookie
  std::unordered_map<FiveTuple, std::uint32_t> remains_;
};

}  // namespace portscope
