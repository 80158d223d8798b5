// SPDX-License-Identifier: MIT
#include "sys/bind_probe.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace {

using sys::BindTry;
using sys::Fd;
using sys::RealBind;

BindTry loopback(std::uint16_t port) {
  BindTry wanted;
  wanted.type = SOCK_STREAM;
  wanted.address = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1};
  wanted.port = port;
  return wanted;
}

std::uint16_t bound_port(const Fd& fd) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(fd.number(), reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

int flag(const Fd& fd, int name) {
  int value = -1;
  socklen_t size = sizeof value;
  ::getsockopt(fd.number(), SOL_SOCKET, name, &value, &size);
  return value;
}

TEST(RealBind, HoldsThePortAsLongAsItLives) {
  const RealBind door;
  auto held = door.bind(loopback(0));
  ASSERT_TRUE(held);
  const std::uint16_t port = bound_port(*held);
  EXPECT_EQ(door.bind(loopback(port)).error(), EADDRINUSE);
  *held = Fd();
  EXPECT_TRUE(door.bind(loopback(port)));
}

TEST(RealBind, SetsWhatTheCallerWouldSet) {
  BindTry wanted = loopback(0);
  wanted.reuse_address = wanted.reuse_port = true;
  const auto held = RealBind().bind(wanted);
  ASSERT_TRUE(held);
  EXPECT_EQ(flag(*held, SO_REUSEADDR), 1);
  EXPECT_EQ(flag(*held, SO_REUSEPORT), 1);
  EXPECT_EQ(flag(*held, SO_ACCEPTCONN), 0) << "it must never listen";
  EXPECT_EQ(flag(*RealBind().bind(loopback(0)), SO_REUSEADDR), 0);
}

TEST(RealBind, TellsTheErrorOfWhicheverCallFailed) {
  BindTry wanted = loopback(0);
  wanted.address[12] = 192;  // 192.0.0.1
  EXPECT_EQ(RealBind().bind(wanted).error(), EADDRNOTAVAIL);
  wanted = loopback(0);
  wanted.type = -1;
  EXPECT_NE(RealBind().bind(wanted).error(), 0);
  wanted = loopback(0);
  wanted.interface = 0x7fffffff;
  EXPECT_NE(RealBind().bind(wanted).error(), 0);
}

TEST(RealBind, AsSomebodyElse) {
  BindTry wanted = loopback(80);
  wanted.uid = 65534;
  const int error = RealBind().bind(wanted).error();
  EXPECT_TRUE(error == EACCES || error == EPERM) << error;
  if (::geteuid() == 0) {
    EXPECT_EQ(error, EACCES) << "without the right to low ports";
    EXPECT_EQ(sys::own_user(), 0U) << "and afterwards as before";
    wanted.uid.reset();
    const int as_before = RealBind().bind(wanted).error();
    EXPECT_TRUE(as_before == 0 || as_before == EADDRINUSE) << as_before;
  }
}

TEST(InterfaceAddresses, LoopbackIsAmongThem) {
  const auto addresses = sys::interface_addresses();
  const auto found = std::find_if(addresses.begin(), addresses.end(), [](const auto& each) {
    return !each.is_ipv6 && each.on_loopback && each.address[12] == 127;
  });
  if (found == addresses.end()) GTEST_SKIP() << "the loopback interface is down";
  EXPECT_EQ(found->bits, 8);
  EXPECT_NE(found->interface, 0U);
}

}  // namespace
