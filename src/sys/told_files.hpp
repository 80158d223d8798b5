// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include "bpf/socket_file.h"
#include "sys/fd.hpp"

namespace sys {

/// The place where the program of file_tables.bpf.c leaves its records, in memory that is shared with the kernel.
class ToldFiles {
 public:
  ToldFiles() = default;
  /// Shares the value of that map; false when that cannot be.
  explicit ToldFiles(const Fd& map);
  ToldFiles(const ToldFiles&) = delete;
  ToldFiles& operator=(const ToldFiles&) = delete;
  ToldFiles(ToldFiles&& other) noexcept;
  ToldFiles& operator=(ToldFiles&& other) noexcept;
  ~ToldFiles();

  explicit operator bool() const { return place_ != nullptr; }

  /// Before a walk: the last one may have been given up.
  void begin();
  /// The records so far, which are valid until the walk goes on; then there is place again.
  std::span<const socket_file> take();

 private:
  told_files* place_ = nullptr;
};

}  // namespace sys
