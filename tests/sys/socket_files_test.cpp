// SPDX-License-Identifier: MIT
// What the program that runs in the kernel leaves out, on real sockets.
#include "sys/socket_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "support/real_sockets.hpp"

namespace {

using real::bound_socket;
using real::local_port;
using real::new_socket;
using sys::Fd;
using testing::Contains;
using testing::Not;

constexpr std::uint32_t listening = 1U << 10U;
constexpr std::uint32_t established = 1U << 1U;

/// A listener, a connection to it, and what is never left out.
class Choices : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(::listen(listener.number(), 1), 0);
    ASSERT_EQ(real::connect_to(listener, client), 0);
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

  Fd listener = bound_socket(SOCK_STREAM);
  Fd client = new_socket(SOCK_STREAM);
  Fd datagrams = bound_socket(SOCK_DGRAM);
  Fd unbound = new_socket(SOCK_DGRAM);
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
  const auto descriptors = told({~0U, local_port(listener), 0});
  SKIP_WITHOUT_RIGHTS();
  for (const Fd* fd : {&listener, &other}) EXPECT_THAT(descriptors, has(*fd));
  EXPECT_THAT(descriptors, has(unbound)) << "it may get the port before the tables are read";
  EXPECT_THAT(descriptors, testing::AllOf(Not(has(client)), Not(has(datagrams))));
}

TEST_F(Choices, APeersPort) {
  const auto descriptors = told({~0U, 0, local_port(listener)});
  SKIP_WITHOUT_RIGHTS();
  for (const Fd* fd : {&client, &listener, &other}) EXPECT_THAT(descriptors, has(*fd));
  EXPECT_THAT(told({~0U, 0, local_port(client)}), Not(has(client)));
}

}  // namespace
