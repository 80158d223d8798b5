// SPDX-License-Identifier: MIT
#include "sys/borrowed_socket.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>

namespace sys {

namespace {

// Newer than the headers of Debian 12 (linux/pidfd.h, Linux 6.9).
constexpr unsigned pidfd_thread = O_EXCL;

Result<Fd> open_pidfd(std::int32_t task, unsigned flags) {
  const long number = ::syscall(SYS_pidfd_open, task, flags);
  if (number < 0) return Result<Fd>::failure(errno);
  return Fd(static_cast<int>(number));
}

Result<std::uint64_t> netns_cookie_of(int fd) {
  std::uint64_t cookie = 0;
  socklen_t size = sizeof cookie;
  if (::getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &size) != 0) {
    return Result<std::uint64_t>::failure(errno);
  }
  return cookie;
}

}  // namespace

Result<BorrowedSocket::File> BorrowedSocket::file() const {
  struct stat facts {};
  if (::fstat(fd_.number(), &facts) != 0) return Result<File>::failure(errno);
  return File{static_cast<std::uint32_t>(facts.st_ino), facts.st_uid};
}

Result<BorrowedSocket::Bytes> BorrowedSocket::option(int level, int name, std::span<std::byte> buffer) const {
  auto size = static_cast<socklen_t>(buffer.size());
  if (::getsockopt(fd_.number(), level, name, buffer.data(), &size) != 0) return Result<Bytes>::failure(errno);
  return Bytes(buffer.first(size < buffer.size() ? size : buffer.size()));
}

int BorrowedSocket::read_name(std::span<std::byte> buffer) const {
  auto size = static_cast<socklen_t>(buffer.size());
  return ::getsockname(fd_.number(), reinterpret_cast<sockaddr*>(buffer.data()), &size) == 0 ? 0 : errno;
}

int BorrowedSocket::read_peer_name(std::span<std::byte> buffer) const {
  auto size = static_cast<socklen_t>(buffer.size());
  return ::getpeername(fd_.number(), reinterpret_cast<sockaddr*>(buffer.data()), &size) == 0 ? 0 : errno;
}

Result<std::uint64_t> BorrowedSocket::cookie() const { return option<std::uint64_t>(SOL_SOCKET, SO_COOKIE); }

Result<std::uint64_t> BorrowedSocket::netns_cookie() const { return netns_cookie_of(fd_.number()); }

Result<Lender> Lender::process(std::int32_t pid) {
  auto pidfd = open_pidfd(pid, 0);
  if (!pidfd) return Result<Lender>::failure(pidfd.error());
  return Lender(std::move(*pidfd));
}

Result<Lender> Lender::thread(std::int32_t tid) {
  auto pidfd = open_pidfd(tid, pidfd_thread);
  if (!pidfd) return Result<Lender>::failure(pidfd.error());
  return Lender(std::move(*pidfd));
}

Result<BorrowedSocket> Lender::borrow(std::int32_t fd) const {
  // The duplicate is closed on exec without being asked to.
  const long number = ::syscall(SYS_pidfd_getfd, pidfd_.number(), fd, 0);
  if (number < 0) return Result<BorrowedSocket>::failure(errno);
  return BorrowedSocket(Fd(static_cast<int>(number)));
}

Result<std::uint64_t> own_netns_cookie() {
  const Fd own(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!own) return Result<std::uint64_t>::failure(errno);
  return netns_cookie_of(own.number());
}

Result<std::string> protocol_name(std::int32_t task, std::int32_t fd) {
  const std::string path = "/proc/" + std::to_string(task) + "/fd/" + std::to_string(fd);
  std::array<char, 64> buffer{};
  const ssize_t length = ::getxattr(path.c_str(), "system.sockprotoname", buffer.data(), buffer.size());
  if (length < 0) return Result<std::string>::failure(errno);
  const std::string_view text(buffer.data(), static_cast<std::size_t>(length));
  return std::string(text.substr(0, text.find('\0')));
}

}  // namespace sys
