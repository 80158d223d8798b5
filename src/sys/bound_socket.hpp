// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "sys/fd.hpp"

namespace sys {

/// A TCP socket of our own that holds a port the kernel chose, without listening, as long as it
/// lives: something to look for when it is in doubt whether such sockets can be seen.
class BoundSocket {
 public:
  BoundSocket();

  /// On sockfs; 0 when it could not be made.
  [[nodiscard]] std::uint32_t inode() const { return inode_; }
  /// In host byte order; 0 likewise.
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  Fd fd_;
  std::uint32_t inode_ = 0;
  std::uint16_t port_ = 0;
};

}  // namespace sys
