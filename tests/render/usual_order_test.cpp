// SPDX-License-Identifier: MIT
#include "render/usual_order.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <tuple>

#include "support/sockets.hpp"

namespace {

using fake::connection;
using fake::end;
using portscope::Address;
using portscope::Endpoint;
using portscope::Snapshot;
using portscope::Socket;
using render::in_usual_order;
using testing::ElementsAre;

/// The order itself, as slow as it is plain.
auto rank(const Socket& socket) {
  const auto* local = inet(socket.local);
  const auto* peer = inet(socket.peer);
  const Endpoint left = local != nullptr ? *local : Endpoint{};
  const Endpoint right = peer != nullptr ? *peer : Endpoint{};
  return std::tuple(socket.transport, left.port, left.address, right.port, right.address, socket.inode);
}

void expect_in_order(const Snapshot& snapshot) {
  const auto order = in_usual_order(snapshot);
  ASSERT_EQ(order.size(), snapshot.sockets.size());
  for (std::size_t i = 1; i < order.size(); ++i) {
    ASSERT_LT(rank(snapshot.sockets[order[i - 1]]), rank(snapshot.sockets[order[i]])) << i;
  }
}

/// Addresses that share a beginning, in every kind of address there is to order.
const char* some_address(std::mt19937& random) {
  static constexpr std::array addresses{
      "::",       "::1",          "::ff",        "::1:0:0",      "::fffe:ffff:ffff", "0.0.0.0",
      "10.0.0.1", "10.0.0.2",     "10.1.0.1",    "255.0.0.1",    "255.255.255.255",  "::1:0:0:0",
      "1::",      "1::1",         "2001:db8::1", "2001:db8::2",  "2001:db8:0:1::1",  "2001:db8:4000::1",
      "fe80::1",  "fe80:0:0:1::", "ffff::",      "ffff::ffff:1", "64:ff9b::1",       "::ffff:0:1:1"};
  return addresses.at(random() % addresses.size());
}

TEST(UsualOrder, IsThatOfProtocolPortAddressAndPeer) {
  std::mt19937 random(1);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same each time
  Snapshot snapshot;
  const auto some_end = [&] { return end(some_address(random), static_cast<std::uint16_t>(random() % 3 * 32000)); };
  for (std::uint32_t inode = 1; inode <= 3000; ++inode) {
    Socket socket = connection(some_end(), some_end());
    if (inode % 7 == 0) socket.peer = std::monostate{};
    if (inode % 3 == 0) socket.transport = portscope::Transport::udp;
    if (inode % 11 == 0) socket = fake::unix_socket(0, portscope::StringId::none, portscope::State::listen);
    socket.inode = inode;
    snapshot.sockets.push_back(socket);
  }
  std::shuffle(snapshot.sockets.begin(), snapshot.sockets.end(), random);
  expect_in_order(snapshot);
}

TEST(UsualOrder, WhatHasNoAddressStandsBeforeWhatHasOne) {
  Snapshot snapshot;
  Socket nowhere = fake::listener("0.0.0.0", 1);
  nowhere.local = std::monostate{};
  nowhere.inode = 9;
  snapshot.sockets = {fake::listener("0.0.0.0", 2), nowhere, fake::listener("0.0.0.0", 1)};
  EXPECT_THAT(in_usual_order(snapshot), ElementsAre(1, 2, 0));
}

TEST(UsualOrder, OfNothingIsNothing) { EXPECT_TRUE(in_usual_order(Snapshot{}).empty()); }

}  // namespace
