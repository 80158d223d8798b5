// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

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
  unlisted,         ///< TCP sockets in State::bound also where no table has them: each TCP socket is looked into
  set_options,      ///< DetailKind::set_options: each socket is looked into through its holder
  requests,         ///< DetailKind::requests: for listeners alone, a walk over the connections too
  direction,        ///< Socket::direction: all sockets of the protocol are read, wanted or not
  somaxconn,        ///< NetSettings::somaxconn
  settings,         ///< all of Snapshot::settings
  host,             ///< Snapshot::host
  netns,            ///< Snapshot::netns
  time_wait_count   ///< Snapshot::time_wait_left_out
};

}  // namespace portscope
