// SPDX-License-Identifier: MIT
// Sockets of the kernel's, on 127.0.0.1.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <utility>

#include "sys/fd.hpp"

namespace real {

inline sockaddr* generic(sockaddr_in& address) { return reinterpret_cast<sockaddr*>(&address); }

/// The address that getsockname(2) tells.
inline sockaddr_in address_of(const sys::Fd& fd) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(fd.number(), generic(address), &size);
  return address;
}

inline std::uint16_t local_port(const sys::Fd& fd) { return ntohs(address_of(fd).sin_port); }

/// SOCK_STREAM, SOCK_DGRAM; not bound.
inline sys::Fd new_socket(int type) { return sys::Fd(::socket(AF_INET, type | SOCK_CLOEXEC, 0)); }

/// Bound to a port that the kernel chose; none when that fails.
inline sys::Fd bound_socket(int type) {
  sys::Fd fd = new_socket(type);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return ::bind(fd.number(), generic(address), sizeof address) == 0 ? std::move(fd) : sys::Fd();
}

/// As connect(2).
inline int connect_to(const sys::Fd& listener, const sys::Fd& client) {
  auto address = address_of(listener);
  return ::connect(client.number(), generic(address), sizeof address);
}

}  // namespace real
