// SPDX-License-Identifier: MIT
#include "sys/borrowed_socket.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <thread>

#include "support/unprivileged.hpp"
#include "sys/directory.hpp"

namespace {

using sys::BorrowedSocket;
using sys::Fd;
using sys::Lender;

Fd udp_socket() { return Fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)); }

std::uint32_t inode_of(const Fd& fd) {
  struct stat facts {};
  EXPECT_EQ(::fstat(fd.number(), &facts), 0);
  return static_cast<std::uint32_t>(facts.st_ino);
}

/// A socket of this very process, by the way that leads to those of others.
sys::Result<BorrowedSocket> borrow(int fd) {
  const auto lender = Lender::process(::getpid());
  return lender ? lender->borrow(fd) : sys::Result<BorrowedSocket>::failure(lender.error());
}

std::size_t open_descriptors() {
  std::size_t count = 0;
  EXPECT_EQ(sys::Directory::open("/proc/self/fd")->each([&](const char*) { ++count; }), 0);
  return count;
}

TEST(BorrowedSocket, IsTheVerySocket) {
  const Fd own = udp_socket();
  const auto borrowed = borrow(own.number());
  if (borrowed.error() == ENOSYS) GTEST_SKIP() << "Linux before 5.6 has no pidfd_getfd(2)";
  ASSERT_EQ(borrowed.error(), 0);
  EXPECT_EQ(borrowed->file()->inode, inode_of(own));
  EXPECT_EQ(borrowed->file()->uid, ::geteuid());
  std::uint64_t cookie = 0;
  socklen_t size = sizeof cookie;
  ASSERT_EQ(::getsockopt(own.number(), SOL_SOCKET, SO_COOKIE, &cookie, &size), 0);
  EXPECT_EQ(*borrowed->cookie(), cookie);
}

TEST(BorrowedSocket, TellsNamesAndOptions) {
  const Fd own = udp_socket();
  sockaddr_in loopback{};
  loopback.sin_family = AF_INET;
  loopback.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(own.number(), reinterpret_cast<sockaddr*>(&loopback), sizeof loopback), 0);
  const int on = 1;
  ASSERT_EQ(::setsockopt(own.number(), SOL_SOCKET, SO_BROADCAST, &on, sizeof on), 0);
  const auto borrowed = borrow(own.number());
  if (borrowed.error() == ENOSYS) GTEST_SKIP() << "Linux before 5.6 has no pidfd_getfd(2)";
  const auto name = borrowed->name<sockaddr_in>();
  EXPECT_EQ(name->sin_addr.s_addr, loopback.sin_addr.s_addr);
  EXPECT_NE(name->sin_port, 0);
  EXPECT_EQ(borrowed->peer_name<sockaddr_in>().error(), ENOTCONN);
  EXPECT_EQ(*borrowed->option<int>(SOL_SOCKET, SO_BROADCAST), 1);
  EXPECT_EQ(*borrowed->option<int>(SOL_SOCKET, SO_TYPE), SOCK_DGRAM);
  EXPECT_EQ(borrowed->option<int>(SOL_SOCKET, -1).error(), ENOPROTOOPT);
}

TEST(BorrowedSocket, WhatTheKernelLeavesOutIsZero) {
  const Fd own = udp_socket();
  const auto borrowed = borrow(own.number());
  if (borrowed.error() == ENOSYS) GTEST_SKIP() << "Linux before 5.6 has no pidfd_getfd(2)";
  const auto wide = borrowed->option<std::array<std::uint32_t, 4>>(SOL_SOCKET, SO_TYPE);
  EXPECT_EQ(*wide, (std::array<std::uint32_t, 4>{SOCK_DGRAM, 0, 0, 0}));
  std::array<std::byte, 16> buffer{};
  EXPECT_EQ(borrowed->option(SOL_SOCKET, SO_TYPE, buffer)->size(), sizeof(int));
}

TEST(BorrowedSocket, IsLetGoOf) {
  const Fd own = udp_socket();
  const std::size_t before = open_descriptors();
  if (borrow(own.number()).error() == ENOSYS) GTEST_SKIP() << "Linux before 5.6 has no pidfd_getfd(2)";
  EXPECT_EQ(open_descriptors(), before);
}

TEST(BorrowedSocket, IsOfOurNetworkNamespace) {
  const Fd own = udp_socket();
  const auto borrowed = borrow(own.number());
  if (!borrowed) GTEST_SKIP() << "Linux before 5.6 has no pidfd_getfd(2)";
  if (borrowed->netns_cookie().error() == ENOPROTOOPT) GTEST_SKIP() << "Linux before 5.14 has no SO_NETNS_COOKIE";
  EXPECT_EQ(*borrowed->netns_cookie(), *sys::own_netns_cookie());
}

TEST(Lender, FailuresAreTheirErrno) {
  const auto lender = Lender::process(::getpid());
  if (lender.error() == ENOSYS) GTEST_SKIP() << "Linux before 5.3 has no pidfd_open(2)";
  EXPECT_EQ(lender->borrow(1 << 20).error(), EBADF);
  const Fd file(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  EXPECT_EQ(borrow(file.number())->option<int>(SOL_SOCKET, SO_TYPE).error(), ENOTSOCK);
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_EQ(Lender::process(child).error(), ESRCH);
}

TEST(Lender, WhoMayNotBeTracedLendsNothing) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become somebody else";
  const Fd own = udp_socket();
  const pid_t root = ::getpid();
  EXPECT_EQ(fake::ask_unprivileged([&] {
              const auto lender = Lender::process(root);
              return std::to_string(lender ? lender->borrow(own.number()).error() : lender.error());
            }),
            std::to_string(EPERM));
}

TEST(Lender, AThreadLendsFromItsOwnTable) {
  int seen_by_process = 0;
  int error = 0;
  bool found = false;
  std::thread([&] {
    if (::unshare(CLONE_FILES) != 0) return;
    // Far from what the process has.
    const Fd socket = udp_socket();
    const Fd own(::fcntl(socket.number(), F_DUPFD_CLOEXEC, 900));
    seen_by_process = borrow(own.number()).error();
    const auto lender = Lender::thread(::gettid());
    error = lender.error();
    if (!lender) return;
    const auto borrowed = lender->borrow(own.number());
    found = borrowed && borrowed->file()->inode == inode_of(own);
  }).join();
  if (error == EINVAL || error == ENOSYS) GTEST_SKIP() << "Linux before 6.9 opens no single threads";
  EXPECT_EQ(seen_by_process, EBADF);
  EXPECT_TRUE(found);
}

TEST(ProtocolName, IsThatOfTheKernelsCounters) {
  const Fd udp = udp_socket();
  const Fd udp6(::socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  EXPECT_EQ(*sys::protocol_name(::getpid(), udp.number()), "UDP");
  if (udp6) {
    EXPECT_EQ(*sys::protocol_name(::getpid(), udp6.number()), "UDPv6");
  }
  const Fd file(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  EXPECT_NE(sys::protocol_name(::getpid(), file.number()).error(), 0);
  EXPECT_EQ(sys::protocol_name(::getpid(), 1 << 20).error(), ENOENT);
}

}  // namespace
