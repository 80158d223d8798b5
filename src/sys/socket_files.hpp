// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>

#include "bpf/socket_file.h"

namespace sys {

/// Which iterator over the sockets of all processes is read.
enum class Iterator : unsigned char {
  by_table,  ///< loaded for it (CAP_BPF and CAP_PERFMON): reads descriptors many at a time (Linux 6.2)
  by_file,   ///< likewise, but the kernel shows it one file after the other (5.17): slower, and sooner loaded
  pinned     ///< one of the latter, which was pinned for a group (portscope-owners.service)
};

/// The door to the kernel's own walk over the open files of all tasks (BPF iter/task, iter/task_file). It shows
/// every task of the caller's PID namespace, by the numbers of the first one.
class SocketFiles {
 public:
  SocketFiles() = default;
  SocketFiles(const SocketFiles&) = delete;
  SocketFiles& operator=(const SocketFiles&) = delete;
  virtual ~SocketFiles() = default;

  /// Makes it ready to be read; one that is loaded for it leaves out what was not chosen. Returns 0 or an errno: ENOSYS
  /// when built without BPF, EPERM without the rights, ENOENT when nothing is pinned, EACCES when it is for others.
  virtual int open(Iterator iterator, const socket_choice& choice) = 0;

  /// Called with up to a few thousand records at a time, or none, in the order of tasks and descriptors; false ends
  /// the walk.
  using Visit = std::function<bool(std::span<const socket_file> records)>;
  /// Walks, from the beginning. Returns 0 or an errno.
  virtual int each(const Visit& visit) = 0;
};

std::unique_ptr<SocketFiles> open_socket_files();

}  // namespace sys
