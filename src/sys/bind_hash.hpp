// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>

#include "sys/result.hpp"

namespace sys {

/// The door to the kernel's own table of bound TCP ports (bhash, include/net/inet_hashtables.h), which sock_diag walks
/// only as a whole, socket by socket.
class BindHash {
 public:
  BindHash() = default;
  BindHash(const BindHash&) = delete;
  BindHash& operator=(const BindHash&) = delete;
  virtual ~BindHash() = default;

  /// Whether in the network namespace of this thread a TCP socket is bound to that port (in host byte order) and
  /// neither listens nor is connected: what ss calls bound-inactive. Failures: EAGAIN when the table changed
  /// meanwhile, or no socket of our own can be put into it; E2BIG when too many are bound to the port; ENOSYS when
  /// built without BPF, EPERM without CAP_BPF and CAP_PERFMON, others of kernels before 6.8.
  virtual Result<bool> has_inactive(std::uint16_t port) = 0;
};

/// Loads a program when it is asked first (three milliseconds), and keeps it. While it looks, a socket of our own is
/// bound to a port that the kernel chose: a walk that does not meet it is not believed.
std::unique_ptr<BindHash> open_bind_hash();

}  // namespace sys
