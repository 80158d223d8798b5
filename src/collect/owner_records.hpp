// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "sys/socket_files.hpp"

namespace collect {

/// A process as it was at the moment when the kernel walked over its files: with this it is told
/// from another one that has its pid later, or from what it becomes by execve(2).
struct ProcessStamp {
  std::int32_t pid = 0;
  std::int32_t parent = 0;
  std::uint64_t start = 0;  ///< nanoseconds since boot
  std::uint64_t code = 0;   ///< where its program begins in memory; 0 = not told
  std::array<char, 16> comm{};

  [[nodiscard]] std::string_view name() const;
  bool operator==(const ProcessStamp&) const = default;
};

/// "That process held this socket as this descriptor."
struct OwnerRecord {
  std::uint64_t cookie = 0;  ///< 0 = has another than its row, or none yet
  std::uint32_t inode = 0;
  std::uint32_t process = 0;  ///< position in OwnerRecords::processes
  std::int32_t fd = 0;
  std::int32_t tid = 0;  ///< the thread, when the table is its own; else 0
};

/// What one walk of the kernel over all files showed.
struct OwnerRecords {
  std::vector<ProcessStamp> processes;
  std::vector<OwnerRecord> records;  ///< by process, and there by descriptor
  int error = 0;                     ///< errno when the walk broke off

  void add(const socket_file& file);
};

}  // namespace collect
