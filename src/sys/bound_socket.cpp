// SPDX-License-Identifier: MIT
#include "sys/bound_socket.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>

namespace sys {

BoundSocket::BoundSocket() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  if (!fd_ || ::bind(fd_.number(), generic, size) != 0) return;
  if (::getsockname(fd_.number(), generic, &size) == 0) port_ = ntohs(address.sin_port);
  struct stat facts {};
  if (::fstat(fd_.number(), &facts) == 0) inode_ = static_cast<std::uint32_t>(facts.st_ino);
}

}  // namespace sys
