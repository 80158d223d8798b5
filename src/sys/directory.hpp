// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "sys/fd.hpp"
#include "sys/result.hpp"

namespace sys {

/// An open directory, and what lies in it by relative name. Held open, a /proc/PID directory is
/// proof against PID reuse: once the process is gone every look into it fails with ESRCH or
/// ENOENT, whoever has the number now.
class Directory {
 public:
  Directory() = default;

  static Result<Directory> open(const std::string& path);
  [[nodiscard]] Result<Directory> directory(const char* name) const;

  /// The whole file, or its first `most` bytes. Files of /proc have no size; this reads until the
  /// end. No byte is interpreted. `first` is how many it asks for at first, which decides where the pages of a table
  /// begin.
  [[nodiscard]] Result<std::string> read(const char* name, std::size_t most = SIZE_MAX,
                                         std::size_t first = SIZE_MAX) const;

  /// The target of a symbolic link, into `buffer`; cut when the buffer is too small. The link
  /// itself is never followed: on a dead network mount that could block for ever.
  [[nodiscard]] Result<std::string_view> link(const char* name, std::span<char> buffer) const;

  /// Calls `visit` with every entry but `.` and `..`, in the kernel's order. Returns 0, or the
  /// errno at which the listing broke off.
  int each(const std::function<void(const char* name)>& visit) const;

  /// The same for subdirectories only.
  int each_directory(const std::function<void(const char* name)>& visit) const;

  /// Number of hard links of `name`: for a directory of /proc, 2 + its subdirectories.
  [[nodiscard]] Result<unsigned long> links(const char* name) const;

  /// Inode of this directory itself.
  [[nodiscard]] Result<unsigned long> inode() const;

 private:
  int each_entry(const std::function<void(const char* name, unsigned char type)>& visit) const;
  explicit Directory(Fd fd) : fd_(std::move(fd)) {}
  Fd fd_;
};

}  // namespace sys
