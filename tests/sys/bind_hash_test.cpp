// SPDX-License-Identifier: MIT
// The table of bound ports, as the program that runs in the kernel reads it, with real sockets in it.
#include "sys/bind_hash.hpp"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/utsname.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "support/real_sockets.hpp"

namespace {

using real::bound_socket;
using real::local_port;
using real::new_socket;
using sys::Fd;

/// sock_diag tells of bound sockets, and the program can be had; before, a verifier may refuse it.
bool is_new_kernel() {
  constexpr std::pair first{6, 9};
  utsname system{};
  std::pair version{0, 0};
  ::uname(&system);
  return std::sscanf(static_cast<const char*>(system.release), "%d.%d", &version.first, &version.second) == 2 &&
         version >= first;
}

class BindTable : public testing::Test {
 protected:
  void SetUp() override {
    const int error = table->has_inactive(0).error();
    const bool is_refused = error == EPERM || error == ENOSYS || error == EACCES;
    if (is_refused || (error != 0 && !is_new_kernel()))
      GTEST_SKIP() << "no program can be loaded here: " << std::strerror(error);
  }

  /// Other tests bind ports, too: a walk that is disturbed is made again.
  std::optional<bool> has_inactive(std::uint16_t port) {
    constexpr int patience = 1000;
    for (int tries = 0; tries < patience; ++tries) {
      if (const auto answer = table->has_inactive(port)) return *answer;
    }
    return std::nullopt;
  }

  std::unique_ptr<sys::BindHash> table = sys::open_bind_hash();
};

/// Like others there. 0: a port that the kernel chooses.
Fd bound_to(std::uint16_t port, in_addr_t host = INADDR_ANY) {
  Fd fd = new_socket(SOCK_STREAM);
  constexpr int on = 1;
  ::setsockopt(fd.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(host);
  return ::bind(fd.number(), real::generic(address), sizeof address) == 0 ? std::move(fd) : Fd();
}

TEST_F(BindTable, HasWhatIsBoundAndNothingMore) {
  const Fd socket = bound_to(0);
  EXPECT_EQ(has_inactive(local_port(socket)), true);
}

TEST_F(BindTable, IsThatOfIpv6Too) {
  const Fd socket(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  if (!socket || ::bind(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    GTEST_SKIP() << "there is no IPv6 here: " << std::strerror(errno);
  EXPECT_EQ(has_inactive(local_port(socket)), true) << "the port lies where that of IPv4 does";
}

TEST_F(BindTable, HasNotWhatListensOrIsConnected) {
  const Fd listener = bound_socket(SOCK_STREAM);
  const Fd client = new_socket(SOCK_STREAM);
  EXPECT_EQ(has_inactive(local_port(listener)), true);
  ASSERT_EQ(::listen(listener.number(), 1), 0);
  ASSERT_EQ(real::connect_to(listener, client), 0);
  const Fd server(::accept4(listener.number(), nullptr, nullptr, SOCK_CLOEXEC));
  EXPECT_EQ(has_inactive(local_port(listener)), false);
  EXPECT_EQ(has_inactive(local_port(client)), false);
}

TEST_F(BindTable, FindsOneBesideAListener) {
  const Fd listener = bound_to(0);
  const Fd other = bound_to(local_port(listener));
  ASSERT_TRUE(other);
  ASSERT_EQ(::listen(listener.number(), 1), 0);
  EXPECT_EQ(has_inactive(local_port(listener)), true);
}

TEST_F(BindTable, HasNotWhatIsClosed) {
  Fd socket = bound_socket(SOCK_STREAM);
  const std::uint16_t port = local_port(socket);
  socket = Fd();
  EXPECT_EQ(has_inactive(port), false);
}

TEST_F(BindTable, IsThatOfTheNetworkNamespaceOfTheThread) {
  const Fd socket = bound_socket(SOCK_STREAM);
  const std::uint16_t port = local_port(socket);
  std::optional<bool> elsewhere;
  int error = 0;
  std::thread([&] {
    error = ::unshare(CLONE_NEWNET) == 0 ? 0 : errno;
    if (error == 0) elsewhere = has_inactive(port);
  }).join();
  if (error != 0) GTEST_SKIP() << "no network namespace can be made here: " << std::strerror(error);
  EXPECT_EQ(elsewhere, false);
  EXPECT_EQ(has_inactive(port), true);
}

/// A connection whose server side is bound to the port, too; nothing remains of it in time_wait.
struct Connection {
  explicit Connection(const Fd& listener) : client(new_socket(SOCK_STREAM)) {
    const linger reset{1, 0};
    ::setsockopt(client.number(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    if (real::connect_to(listener, client) == 0)
      server = Fd(::accept4(listener.number(), nullptr, nullptr, SOCK_CLOEXEC));
  }

  Fd client;
  Fd server;
};

/// Connections come and go in the list of the same address, which begins with the latest, and ends with the first.
TEST_F(BindTable, NeverMissesOneThatStays) {
  const Fd staying = bound_to(0, INADDR_LOOPBACK);
  const std::uint16_t port = local_port(staying);
  const Fd listener = bound_to(port, INADDR_LOOPBACK);
  ASSERT_EQ(::listen(listener.number(), 100), 0);
  std::atomic<bool> is_over = false;
  std::vector<std::thread> others;
  for (unsigned number = 0; number < 2; ++number) {
    others.emplace_back([&, number] {
      std::vector<std::unique_ptr<Connection>> held(100);
      for (unsigned turn = number; !is_over; turn = turn * 1103515245U + 12345U) {
        auto& one = held.at((turn >> 16U) % held.size());
        one.reset();
        one = std::make_unique<Connection>(listener);
      }
    });
  }
  int missed = 0;
  int found = 0;
  for (int looks = 0; looks < 20000; ++looks) {
    const auto answer = table->has_inactive(port);
    if (answer) ++(*answer ? found : missed);
  }
  is_over = true;
  for (std::thread& other : others) other.join();
  EXPECT_EQ(missed, 0);
  EXPECT_GT(found, 0);
}

}  // namespace
