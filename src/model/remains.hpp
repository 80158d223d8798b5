// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_map>

#include "portscope/snapshot.hpp"

namespace portscope {

/// The counters with which a socket ended, as far as it was announced with some.
void add_last_counters(Snapshot& to, Socket& socket, const Snapshot& ended, const Socket& last);

/// Rows that no process holds any more, or whose holder went while we looked, get the holders, user and cgroup that
/// `before` has with their cookie, and OwnerStatus::gone; those of time_wait, which have nothing but their ends and the
/// cookie, also the last counters.
void inherit(Snapshot& look, const Snapshot& before,
             const std::function<std::optional<std::uint32_t>(std::uint64_t cookie)>& row_before);

/// Finds in a look what was announced to have ended.
class Shown {
 public:
  explicit Shown(const Snapshot& look);

  /// By its cookie. A connection that got no cookie before it went on as time_wait (nobody had asked for one) goes on
  /// with another, and is found by its ends.
  [[nodiscard]] std::optional<std::uint32_t> find(const Socket& ended) const;

 private:
  std::unordered_map<std::uint64_t, std::uint32_t> by_cookie_;
  std::unordered_map<FiveTuple, std::uint32_t> in_time_wait_;
};

/// Rows by their cookies; those without are left out.
std::unordered_map<std::uint64_t, std::uint32_t> rows_by_cookie(const std::vector<Socket>& sockets);

}  // namespace portscope
