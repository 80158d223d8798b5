// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <type_traits>

#include "sys/fd.hpp"
#include "sys/result.hpp"

namespace sys {

/// A duplicate of a socket that another process holds: the very same socket, so the kernel answers
/// for it. It is only asked, never changed, and let go of at once: should its process close it in
/// that moment, ours is the last descriptor, and the connection ends when we let go.
class BorrowedSocket {
 public:
  BorrowedSocket() = default;
  explicit BorrowedSocket(Fd fd) : fd_(std::move(fd)) {}

  using Bytes = std::span<const std::byte>;

  struct File {
    std::uint32_t inode = 0;  ///< on sockfs
    std::uint32_t uid = 0;    ///< who made the socket
  };
  [[nodiscard]] Result<File> file() const;

  /// What getsockopt(2) writes into `buffer`; the errno when the socket has no such option.
  [[nodiscard]] Result<Bytes> option(int level, int name, std::span<std::byte> buffer) const;
  /// The same as a number or struct. What the kernel left out is zero.
  template <class T>
  [[nodiscard]] Result<T> option(int level, int name) const;

  /// The address as the family's sockaddr has it (getsockname(2)); zeros after its end.
  template <class Address>
  [[nodiscard]] Result<Address> name() const;
  /// The same of the other end; ENOTCONN when there is none (getpeername(2)).
  template <class Address>
  [[nodiscard]] Result<Address> peer_name() const;

  /// What sock_diag tells too, and no other socket ever has (SO_COOKIE, Linux 4.12).
  [[nodiscard]] Result<std::uint64_t> cookie() const;
  /// Of the network namespace it is in (SO_NETNS_COOKIE); ENOPROTOOPT before Linux 5.14.
  [[nodiscard]] Result<std::uint64_t> netns_cookie() const;

 private:
  [[nodiscard]] int read_name(std::span<std::byte> buffer) const;
  [[nodiscard]] int read_peer_name(std::span<std::byte> buffer) const;
  Fd fd_;
};

/// A task whose descriptors can be duplicated, if the caller might trace it (ptrace(2)).
class Lender {
 public:
  Lender() = default;

  /// A process, which lends from the table of its main thread (pidfd_open(2), Linux 5.3).
  static Result<Lender> process(std::int32_t pid);
  /// A thread, which may have a table of its own; EINVAL before Linux 6.9.
  static Result<Lender> thread(std::int32_t tid);

  /// pidfd_getfd(2), Linux 5.6: EBADF when it has no such descriptor, ESRCH when it has ended, EPERM
  /// when it may not be traced, ENOSYS when the kernel cannot.
  [[nodiscard]] Result<BorrowedSocket> borrow(std::int32_t fd) const;

 private:
  explicit Lender(Fd pidfd) : pidfd_(std::move(pidfd)) {}
  Fd pidfd_;
};

/// The cookie of the caller's own network namespace, as BorrowedSocket::netns_cookie.
Result<std::uint64_t> own_netns_cookie();

/// The name, as in /proc/net/protocols (`UDP`, `AF_VSOCK`), of the protocol of a socket that `task`
/// holds as `fd`. Nothing is duplicated, so the right to read the descriptor's link is enough. To be
/// asked of what is known to be a socket: the link is followed, and a file could lie on a dead mount.
Result<std::string> protocol_name(std::int32_t task, std::int32_t fd);

// --- Inline implementations ---

template <class T>
Result<T> BorrowedSocket::option(int level, int name) const {
  static_assert(std::is_trivially_copyable_v<T>);
  T value{};
  const auto got = option(level, name, std::as_writable_bytes(std::span(&value, 1)));
  return got ? Result<T>(value) : Result<T>::failure(got.error());
}

template <class Address>
Result<Address> BorrowedSocket::name() const {
  Address address{};
  const int error = read_name(std::as_writable_bytes(std::span(&address, 1)));
  return error == 0 ? Result<Address>(address) : Result<Address>::failure(error);
}

template <class Address>
Result<Address> BorrowedSocket::peer_name() const {
  Address address{};
  const int error = read_peer_name(std::as_writable_bytes(std::span(&address, 1)));
  return error == 0 ? Result<Address>(address) : Result<Address>::failure(error);
}

}  // namespace sys
