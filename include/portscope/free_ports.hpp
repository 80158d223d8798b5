// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "portscope/bind.hpp"

namespace portscope {

struct FreeRequest {
  std::vector<BindAttempt> attempts;  ///< a port is free when all of them succeed; their own port is ignored
  std::string interface;              ///< as in BindRequest
  std::string user;
  std::optional<PortRange>
      range;  ///< empty: the ephemeral range without the reserved ports, from a place in it by chance
  std::size_t count = 1;
  bool with_host = false;  ///< FreePorts::snapshot tells the machine
};

struct FreePorts {
  std::vector<std::uint16_t> ports;  ///< in the order they were found
  PortRange range;                   ///< where they were looked for
  int error = 0;                     ///< of the last port that was not free, when there are fewer than were asked for
  Snapshot snapshot;                 ///< of no sockets: time and machine
};

/// Ports that could be bound a moment ago: each was tried. Throws QueryError as look_at_port does.
FreePorts find_free_ports(const FreeRequest& request);

/// How a command gets the ports that were found.
enum class HandOver : std::uint8_t {
  number,  ///< it binds itself, to the numbers in its arguments; they are held, bound, until somebody listens on each
  sockets  ///< it is given listening sockets (LISTEN_FDS, sd_listen_fds(3)); those of UDP are bound
};

/// Becomes `command`, with `{port}` in its words replaced by the ports found (parted by commas), which nobody else can
/// have meanwhile. Returns only when there are fewer free ports than were asked for. Throws std::system_error when the
/// command cannot be started.
FreePorts run_with_free_ports(const FreeRequest& request, const std::vector<std::string>& command, HandOver how);

}  // namespace portscope
