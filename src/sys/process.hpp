// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "sys/borrowed_socket.hpp"
#include "sys/fd.hpp"
#include "sys/result.hpp"

namespace sys {

/// One process, held by a descriptor (pidfd_open(2)): whatever becomes of its number, this is that process and no
/// other. Once it has been waited for, everything asked of it fails with ESRCH.
class ProcessHandle {
 public:
  ProcessHandle() = default;
  ProcessHandle(const ProcessHandle&) = delete;
  ProcessHandle& operator=(const ProcessHandle&) = delete;
  virtual ~ProcessHandle() = default;

  /// Sends a signal (pidfd_send_signal(2)), 0 only asks whether it could be. Returns 0, or the errno: ESRCH when it has
  /// ended, EPERM when the caller may not.
  [[nodiscard]] virtual int send(int signal) const = 0;

  /// A duplicate of what it holds as `fd`; as Lender::borrow.
  [[nodiscard]] virtual Result<BorrowedSocket> borrow(std::int32_t fd) const = 0;

  /// Readable once the process has ended; for wait_readable().
  [[nodiscard]] virtual int descriptor() const = 0;
};

/// The door to processes. A test puts its own behind it.
class Processes {
 public:
  Processes() = default;
  Processes(const Processes&) = delete;
  Processes& operator=(const Processes&) = delete;
  virtual ~Processes() = default;

  /// ESRCH when there is no such process, ENOSYS before Linux 5.3.
  [[nodiscard]] virtual Result<std::unique_ptr<ProcessHandle>> open(std::int32_t pid) const = 0;
};

/// The kernel's.
std::unique_ptr<Processes> open_processes();

/// Waits until one of the descriptors can be read or `timeout` is over (poll(2)), and returns those that can. A signal
/// to the caller may end it earlier.
std::vector<int> wait_readable(std::span<const int> descriptors, std::chrono::milliseconds timeout);

}  // namespace sys
