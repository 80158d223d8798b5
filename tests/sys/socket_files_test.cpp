// SPDX-License-Identifier: MIT
// What the program that runs in the kernel leaves out, on real sockets.
#include "sys/socket_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "sys/fd.hpp"

namespace {

using sys::Fd;
using testing::Contains;
using testing::Not;

constexpr std::uint32_t listening = 1U << 10U;
constexpr std::uint32_t established = 1U << 1U;

sockaddr* generic(sockaddr_in& address) { return reinterpret_cast<sockaddr*>(&address); }

sockaddr_in loopback() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

sockaddr_in address_of(const Fd& fd) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(fd.number(), generic(address), &size);
  return address;
}

std::uint16_t port_of(const Fd& fd) { return ntohs(address_of(fd).sin_port); }

Fd bound(int type) {
  Fd fd(::socket(AF_INET, type | SOCK_CLOEXEC, 0));
  auto address = loopback();
  EXPECT_EQ(::bind(fd.number(), generic(address), sizeof address), 0);
  return fd;
}

/// A listener, a connection to it, and what is never left out.
class Choices : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(::listen(listener.number(), 1), 0);
    auto address = address_of(listener);
    ASSERT_EQ(::connect(client.number(), generic(address), sizeof address), 0);
  }

  /// The descriptors of this process that it tells of.
  std::vector<std::uint32_t> told(const socket_choice& choice) {
    const auto files = sys::open_socket_files();
    error = files->open(sys::Iterator::loaded, choice);
    std::vector<std::uint32_t> descriptors;
    if (error != 0) return descriptors;
    error = files->each([&](std::span<const socket_file> records) {
      for (const socket_file& record : records) {
        if (record.pid == static_cast<std::uint32_t>(::getpid())) descriptors.push_back(record.fd);
      }
      return true;
    });
    return descriptors;
  }

  static auto has(const Fd& fd) { return Contains(static_cast<std::uint32_t>(fd.number())); }

  Fd listener = bound(SOCK_STREAM);
  Fd client{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  Fd datagrams = bound(SOCK_DGRAM);
  Fd unbound{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  Fd other{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  int error = 0;
};

#define SKIP_WITHOUT_RIGHTS() \
  if (error != 0) GTEST_SKIP() << "no iterator can be loaded here: " << std::strerror(error)

TEST_F(Choices, EverythingIsTold) {
  const auto descriptors = told({~0U, 0, 0});
  SKIP_WITHOUT_RIGHTS();
  for (const Fd* fd : {&listener, &client, &datagrams, &unbound, &other}) EXPECT_THAT(descriptors, has(*fd));
}

TEST_F(Choices, StatesAreThoseOfTcpAlone) {
  const auto descriptors = told({listening, 0, 0});
  SKIP_WITHOUT_RIGHTS();
  EXPECT_THAT(descriptors, Not(has(client)));
  for (const Fd* fd : {&listener, &datagrams, &unbound, &other}) EXPECT_THAT(descriptors, has(*fd));
  EXPECT_THAT(told({established, 0, 0}), testing::AllOf(has(client), Not(has(listener))));
}

TEST_F(Choices, ALocalPort) {
  const auto descriptors = told({~0U, port_of(listener), 0});
  SKIP_WITHOUT_RIGHTS();
  for (const Fd* fd : {&listener, &other}) EXPECT_THAT(descriptors, has(*fd));
  EXPECT_THAT(descriptors, has(unbound)) << "it may get the port before the tables are read";
  EXPECT_THAT(descriptors, testing::AllOf(Not(has(client)), Not(has(datagrams))));
}

TEST_F(Choices, APeersPort) {
  const auto descriptors = told({~0U, 0, port_of(listener)});
  SKIP_WITHOUT_RIGHTS();
  for (const Fd* fd : {&client, &listener, &other}) EXPECT_THAT(descriptors, has(*fd));
  EXPECT_THAT(told({~0U, 0, port_of(client)}), Not(has(client)));
}

}  // namespace
