// SPDX-License-Identifier: MIT
#include "sys/bound_socket.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>

namespace sys {

BoundSocket::BoundSocket() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in any{};
  any.sin_family = AF_INET;
  struct stat facts {};
  const bool bound = fd_ && ::bind(fd_.number(), reinterpret_cast<const sockaddr*>(&any), sizeof any) == 0;
  if (bound && ::fstat(fd_.number(), &facts) == 0) inode_ = static_cast<std::uint32_t>(facts.st_ino);
}

}  // namespace sys
