// SPDX-License-Identifier: MIT
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>

#include "sys/directory.hpp"
#include "sys/result.hpp"

namespace sys {

/// The door to /proc: a root directory, which tests replace by a recorded tree. What cannot be
/// opened answers with its errno; a missing /proc is no error of its own.
class Proc {
 public:
  explicit Proc(const std::string& root = "/proc");

  /// The root; the errno when it cannot be opened, ENODEV when something else than procfs is
  /// mounted on /proc (it could be forged).
  [[nodiscard]] const Result<Directory>& root() const { return root_; }

  /// A file below the root; see Directory::read.
  [[nodiscard]] Result<std::string> read(const char* name, std::size_t first = SIZE_MAX) const;

  /// The number in a namespace link such as `self/ns/pid`, whose text is `pid:[4026531836]`; 0
  /// when it cannot be read.
  [[nodiscard]] std::uint64_t namespace_id(const char* link) const;

  /// The order of the descriptor tables of two tasks (kcmp(2), KCMP_FILES): equal when they share
  /// one. Nothing when the kernel will not tell, and for a recorded tree.
  [[nodiscard]] std::optional<std::strong_ordering> compare_descriptors(int task, int other_task) const;

 private:
  Result<Directory> root_;
  bool live_;
};

}  // namespace sys
