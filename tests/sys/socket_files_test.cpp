// SPDX-License-Identifier: MIT
// What the program that runs in the kernel leaves out, on real sockets.
#include "sys/socket_files.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/bpf.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <tuple>

#include "bpf/load.h"
#include "support/real_sockets.hpp"
#include "sys/told_files.hpp"

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

/// What one pass of the program of that link tells of this process; `place` is what it leaves it in, if not in the
/// pass.
std::vector<Told> told_by(const Fd& link, sys::ToldFiles place) {
  bpf_attr request{};
  std::memset(&request, 0, sizeof request);
  request.iter_create.link_fd = static_cast<__u32>(link.number());
  const Fd pass(static_cast<int>(::syscall(SYS_bpf, BPF_ITER_CREATE, &request, sizeof request)));
  std::vector<socket_file> records(1024);
  std::vector<Told> all;
  ssize_t size = 1;
  while (size > 0 || (size < 0 && errno == EAGAIN)) {
    size = ::read(pass.number(), records.data(), records.size() * sizeof(socket_file));
    const auto read = std::span(records).first(size > 0 ? static_cast<std::size_t>(size) / sizeof(socket_file) : 0);
    for (const socket_file& record : place ? place.take() : read) {
      if (record.pid != static_cast<std::uint32_t>(::getpid())) continue;
      all.emplace_back(record.fd, record.tid, record.inode, record.start, record.parent, record.protocol, record.code,
                       std::string(reinterpret_cast<const char*>(record.comm), sizeof record.comm));
    }
  }
  return all;
}

/// The slower one is for kernels before 6.2, and the one that is pinned.
TEST(SocketFiles, BothProgramsTellTheSame) {
  const Fd some = bound_socket(SOCK_STREAM);
  const Fd other(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const socket_choice all{~0U, 0, 0};
  const int link = portscope_load_socket_files(&all);
  const Fd slower(link);
  const int error = std::max(0, -link);
  SKIP_WITHOUT_RIGHTS();
  const file_tables tables = portscope_load_file_tables(&all);
  const Fd faster(tables.link);
  if (!faster) GTEST_SKIP() << "this kernel has only the slower one: " << std::strerror(-tables.link);
  const auto expected = told_by(slower, {});
  EXPECT_GE(expected.size(), 2U);
  EXPECT_EQ(told_by(faster, sys::ToldFiles(Fd(tables.told))), expected);
}

std::string name_of(const testing::TestParamInfo<sys::Iterator>& info) {
  return info.param == sys::Iterator::by_table ? "ByTable" : "ByFile";
}

INSTANTIATE_TEST_SUITE_P(SocketFiles, Choices, testing::Values(sys::Iterator::by_table, sys::Iterator::by_file),
                         name_of);

}  // namespace
