// SPDX-License-Identifier: MIT
// What the program that runs in the kernel leaves out, on real sockets.
#include "sys/socket_files.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

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
class Choices : public testing::TestWithParam<sys::Iterator> {
 protected:
  void SetUp() override {
    ASSERT_EQ(::listen(listener.number(), 1), 0);
    ASSERT_EQ(real::connect_to(listener, client), 0);
  }

  /// The descriptors of this process that it tells of.
  std::vector<std::uint32_t> told(const socket_choice& choice) {
    const auto files = sys::open_socket_files();
    error = files->open(GetParam(), choice);
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

TEST_P(Choices, EverythingIsTold) {
  const auto descriptors = told({~0U, 0, 0});
  SKIP_WITHOUT_RIGHTS();
  for (const Fd* fd : {&listener, &client, &datagrams, &unbound, &other}) EXPECT_THAT(descriptors, has(*fd));
}

TEST_P(Choices, WhatIsNoSocketIsNotTold) {
  const Fd file(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const auto descriptors = told({~0U, 0, 0});
  SKIP_WITHOUT_RIGHTS();
  EXPECT_THAT(descriptors, Not(has(file)));
}

TEST_P(Choices, StatesAreThoseOfTcpAlone) {
  const auto descriptors = told({listening, 0, 0});
  SKIP_WITHOUT_RIGHTS();
  EXPECT_THAT(descriptors, Not(has(client)));
  for (const Fd* fd : {&listener, &datagrams, &unbound, &other}) EXPECT_THAT(descriptors, has(*fd));
  EXPECT_THAT(told({established, 0, 0}), testing::AllOf(has(client), Not(has(listener))));
}

TEST_P(Choices, ALocalPort) {
  const auto descriptors = told({~0U, local_port(listener), 0});
  SKIP_WITHOUT_RIGHTS();
  for (const Fd* fd : {&listener, &other}) EXPECT_THAT(descriptors, has(*fd));
  EXPECT_THAT(descriptors, has(unbound)) << "it may get the port before the tables are read";
  EXPECT_THAT(descriptors, testing::AllOf(Not(has(client)), Not(has(datagrams))));
}

TEST_P(Choices, APeersPort) {
  const auto descriptors = told({~0U, 0, local_port(listener)});
  SKIP_WITHOUT_RIGHTS();
  for (const Fd* fd : {&client, &listener, &other}) EXPECT_THAT(descriptors, has(*fd));
  EXPECT_THAT(told({~0U, 0, local_port(client)}), Not(has(client)));
}

/// More than are told at once: the walk of this process is cut short, and goes on there.
TEST_P(Choices, EachOfManyIsToldOnce) {
  constexpr std::size_t many = FILES_TOLD_AT_ONCE * 2 + 100;
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  const rlimit usual = limit;
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, many + 200);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
  std::vector<Fd> sockets;
  std::vector<std::uint32_t> numbers;
  for (std::size_t i = 0; i < many; ++i) {
    sockets.emplace_back(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!sockets.back()) break;
    numbers.push_back(static_cast<std::uint32_t>(sockets.back().number()));
  }
  auto descriptors = told({~0U, 0, 0});
  const std::size_t made = numbers.size();
  sockets.clear();
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &usual), 0);
  SKIP_WITHOUT_RIGHTS();
  if (made < many) GTEST_SKIP() << "only " << made << " descriptors are allowed";
  std::erase_if(descriptors, [&](std::uint32_t number) { return number < numbers.front() || number > numbers.back(); });
  EXPECT_EQ(descriptors, numbers);
}

/// A record, but for its cookie.
using Told = std::tuple<std::uint32_t, std::uint32_t, std::uint32_t, std::uint64_t, std::uint32_t, std::uint32_t,
                        std::uint64_t, std::string>;

/// The errno when it cannot be opened, and what it tells of this process.
std::pair<int, std::vector<Told>> told_by(sys::Iterator iterator) {
  const auto files = sys::open_socket_files();
  std::vector<Told> all;
  if (const int error = files->open(iterator, {~0U, 0, 0})) return {error, all};
  const int error = files->each([&](std::span<const socket_file> records) {
    for (const socket_file& record : records) {
      if (record.pid != static_cast<std::uint32_t>(::getpid())) continue;
      all.emplace_back(record.fd, record.tid, record.inode, record.start, record.parent, record.protocol, record.code,
                       std::string(reinterpret_cast<const char*>(record.comm), sizeof record.comm));
    }
    return true;
  });
  return {error, all};
}

/// The slower one is for kernels before 6.2, and the one that is pinned.
TEST(SocketFiles, BothProgramsTellTheSame) {
  const Fd some = bound_socket(SOCK_STREAM);
  const Fd other(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto [error, expected] = told_by(sys::Iterator::by_file);
  SKIP_WITHOUT_RIGHTS();
  EXPECT_GE(expected.size(), 2U);
  const auto [faster_error, told] = told_by(sys::Iterator::by_table);
  if (faster_error != 0) GTEST_SKIP() << "this kernel has only the slower one: " << std::strerror(faster_error);
  EXPECT_EQ(told, expected);
}

std::string name_of(const testing::TestParamInfo<sys::Iterator>& info) {
  return info.param == sys::Iterator::by_table ? "ByTable" : "ByFile";
}

INSTANTIATE_TEST_SUITE_P(SocketFiles, Choices, testing::Values(sys::Iterator::by_table, sys::Iterator::by_file),
                         name_of);

}  // namespace
