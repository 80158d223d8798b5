// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "portscope/process.hpp"
#include "sys/borrowed_socket.hpp"

namespace collect {

/// Duplicates sockets that others hold. Asked for those of one task after another, it opens each
/// task once.
class Borrower {
 public:
  /// The socket that `pid` holds, or its thread `holder.tid` where that is not 0. ESTALE when
  /// another socket has its place; else as sys::Lender tells.
  sys::Result<sys::BorrowedSocket> borrow(std::int32_t pid, const portscope::Holder& holder);

 private:
  struct Task {
    std::int32_t pid = 0;
    std::int32_t tid = 0;
    bool operator==(const Task&) const = default;
  };
  Task task_;
  sys::Result<sys::Lender> lender_ = sys::Lender();
};

/// The socket was closed or moved, or its process ended, since the holder was found: nothing that
/// could be looked into is hidden.
bool has_moved_on(int error);

/// What helps when borrowing failed for `error`.
std::string remedy_for_borrowing(int error);

}  // namespace collect
