// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "sys/proc.hpp"

namespace fake {

/// An empty directory of its own, removed in the end; others may look into it.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// A /proc made of plain files, for sys::Proc.
class Proc {
 public:
  /// In the first PID and user namespace, and otherwise empty.
  Proc();
  /// A file below the root with this content; its directories are made.
  Proc& file(const std::string& name, std::string_view content);
  /// A symbolic link such as `1234/fd/5` -> `socket:[777]`.
  Proc& link(const std::string& name, const std::string& target);
  Proc& directory(const std::string& name);
  Proc& remove(const std::string& name);
  /// Takes every permission away from `name`.
  Proc& forbid(const std::string& name);

  /// A process with one thread: stat, status, cmdline, cgroup, exe, an empty fd and its task.
  Proc& process(int pid, std::string_view name);
  /// `pid` holds the socket as `fd`.
  Proc& holds(int pid, int fd, unsigned inode);
  /// A thread with a descriptor table of its own.
  Proc& thread_holds(int pid, int tid, int fd, unsigned inode);
  /// A file of thread-self/net.
  Proc& net(const std::string& name, std::string_view content) { return file("thread-self/net/" + name, content); }
  /// The same, as a kernel once printed it (tests/data/proc-net).
  Proc& recorded_net(const std::string& name);

  [[nodiscard]] sys::Proc open() const { return sys::Proc(root_.path().string()); }
  [[nodiscard]] std::string path(const std::string& name) const { return (root_.path() / name).string(); }

 private:
  TemporaryDirectory root_;
};

}  // namespace fake
