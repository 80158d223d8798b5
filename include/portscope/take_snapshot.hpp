// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "portscope/enum_set.hpp"
#include "portscope/selection.hpp"
#include "portscope/snapshot.hpp"

namespace portscope {

/// What costs something to find out. A column or a format says which of these it needs; only
/// those are collected.
enum class Need : std::uint8_t {
  owners,           ///< who holds each socket: a walk over every process's descriptors
  process_details,  ///< executable, arguments, user and cgroup of the holders
  users,            ///< names of user ids, through NSS
  interfaces,       ///< names of interface indices
  cgroups,          ///< paths of cgroup ids
  drops,            ///< Socket::drops: one more attribute a row
  tcp_info,         ///< DetailKind::tcp_info and what belongs to it: as much again as the row
  memory,           ///< DetailKind::memory
  timer,            ///< DetailKind::timer
  options,          ///< DetailKind::tos, traffic_class, class_id, mark, flags
  set_options,      ///< DetailKind::set_options: each socket is looked into through its holder
  requests,         ///< DetailKind::requests: for listeners alone, a walk over the connections too
  direction,        ///< Socket::direction: all sockets of the protocol are read, wanted or not
  somaxconn,        ///< NetSettings::somaxconn
  settings,         ///< all of Snapshot::settings
  host,             ///< Snapshot::host
  netns,            ///< Snapshot::netns
  time_wait_count   ///< Snapshot::time_wait_left_out
};

/// Where sockets may be read: netlink and /proc where netlink cannot, or only one of them.
enum class SourceChoice : std::uint8_t { any, netlink, proc };
template <>
struct Names<SourceChoice> {
  static constexpr auto list = std::to_array<std::string_view>({"auto", "netlink", "proc"});
};

struct Request {
  Selection selection;
  EnumSet<Need> needs;
  SourceChoice source = SourceChoice::any;
};

/// Looks at the caller's network namespace and returns the sockets that match. Everything that
/// could not be seen is in Snapshot::gaps. Throws std::runtime_error when no source at all could
/// be used, and std::bad_alloc.
Snapshot take_snapshot(const Request& request);

}  // namespace portscope
