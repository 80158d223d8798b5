// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "portscope/snapshot.hpp"

namespace portscope {

/// Hears from the kernel which TCP and UDP sockets of the network namespace end (sock_diag(7), the multicast groups
/// SKNLGRP_*_DESTROY; include/uapi/linux/sock_diag.h). Anybody may listen. Nothing announces the end of other sockets,
/// of time_wait and of half-open connections.
class EndedSockets {
 public:
  /// Listens from now on.
  EndedSockets();
  EndedSockets(const EndedSockets&) = delete;
  EndedSockets& operator=(const EndedSockets&) = delete;
  ~EndedSockets();

  /// Readable (poll(2)) when some have ended; -1 where the kernel does not tell.
  [[nodiscard]] int descriptor() const;

  /// Those that ended since the last call, in their order. Each row is in State::closed and has the ends that the
  /// kernel still knew, its cookie, OwnerStatus::gone, and of TCP the last DetailKind::tcp_info. A connection that goes
  /// on as time_wait is announced when it begins to. A gap tells that there are others: ENOBUFS, with their number, or
  /// once the errno of a kernel that does not tell.
  Snapshot take();

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace portscope
