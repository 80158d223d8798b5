// SPDX-License-Identifier: MIT
#include "act/close_sockets.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/inet_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>

#include "support/fake_diag.hpp"
#include "support/port_scene.hpp"

namespace {

using portscope::ClosedSocket;
using portscope::Closing;
using portscope::Socket;
using portscope::State;
using portscope::Transport;

class CloseSockets : public testing::Test {
 protected:
  ClosedSocket close(const Socket& socket) {
    fake::OwnerScene scene;
    scene.add(socket);
    if (socket.cookie == unknown) scene.snapshot.sockets[0].cookie = 0;
    const std::uint32_t only = 0;
    return act::close_sockets(diag, scene.snapshot, {&only, 1}).at(0);
  }

  [[nodiscard]] inet_diag_req_v2 asked(std::size_t position = 0) const {
    return sys::copy_from<inet_diag_req_v2>(diag.destroyed.at(position));
  }

  static constexpr std::uint64_t unknown = 7;  // the scene gives every other one a cookie
  fake::Diag diag;
  Socket connection = fake::connection(fake::end("10.0.0.1", 443), fake::end("10.0.0.2", 40000));
};

TEST_F(CloseSockets, NamesTheVerySocket) {
  connection.interface = 3;
  const ClosedSocket closed = close(connection);
  EXPECT_EQ(closed.fate, Closing::closed);
  EXPECT_EQ(closed.why, "");
  const auto request = asked();
  EXPECT_EQ(request.sdiag_family, AF_INET);
  EXPECT_EQ(request.sdiag_protocol, IPPROTO_TCP);
  EXPECT_EQ(ntohs(request.id.idiag_sport), 443);
  EXPECT_EQ(ntohs(request.id.idiag_dport), 40000);
  EXPECT_EQ(ntohl(request.id.idiag_src[0]), 0x0a000001U);
  EXPECT_EQ(ntohl(request.id.idiag_dst[0]), 0x0a000002U);
  EXPECT_EQ(request.id.idiag_if, 3U);
  EXPECT_EQ(request.id.idiag_cookie[0], 0x100bU);
  EXPECT_EQ(request.id.idiag_cookie[1], 0U);
}

TEST_F(CloseSockets, AMappedAddressIsWrittenAsTheFamilyWantsIt) {
  connection.family = portscope::Family::ipv6;
  close(connection);
  EXPECT_EQ(asked().sdiag_family, AF_INET6);
  EXPECT_EQ(ntohl(asked().id.idiag_src[2]), 0xffffU);
  EXPECT_EQ(ntohl(asked().id.idiag_src[3]), 0x0a000001U);
}

TEST_F(CloseSockets, WithoutACookieNothingIsAsked) {
  connection.cookie = unknown;
  EXPECT_EQ(close(connection).fate, Closing::unreachable);
  EXPECT_TRUE(diag.destroyed.empty());
}

TEST_F(CloseSockets, OfOtherKindsNothingIsAsked) {
  for (const Transport transport : {Transport::mptcp, Transport::sctp, Transport::unix_socket, Transport::raw}) {
    connection.transport = transport;
    EXPECT_EQ(close(connection).fate, Closing::unsupported) << name(transport);
  }
  EXPECT_TRUE(diag.destroyed.empty());
}

TEST_F(CloseSockets, WhatTheKernelSaysIsTold) {
  for (const auto& [error, fate] :
       {std::pair{EPERM, Closing::denied}, std::pair{EOPNOTSUPP, Closing::unsupported},
        std::pair{ENOENT, Closing::gone}, std::pair{ESTALE, Closing::gone}, std::pair{ENOBUFS, Closing::failed}}) {
    diag.script_destroy({error});
    const ClosedSocket closed = close(connection);
    EXPECT_EQ(closed.fate, fate) << error;
    EXPECT_EQ(closed.why, strerrorname_np(error));
  }
}

TEST_F(CloseSockets, ABoundSocketIsFoundByNobody) {
  auto bound = fake::listener("127.0.0.1", 8080);
  bound.state = State::bound;
  diag.script_destroy({ENOENT});
  EXPECT_EQ(close(bound).fate, Closing::unreachable);
}

TEST_F(CloseSockets, OneOfAGroupIsLookedForFromOtherPorts) {
  diag.script_destroy({ENOENT, ENOENT, ENOENT, 0});
  EXPECT_EQ(close(fake::listener("127.0.0.1", 8080)).fate, Closing::closed);
  ASSERT_EQ(diag.destroyed.size(), 4U);
  EXPECT_EQ(asked(0).id.idiag_dport, 0);
  EXPECT_NE(asked(2).id.idiag_dport, asked(3).id.idiag_dport);
  EXPECT_EQ(asked(3).id.idiag_cookie[0], 0x100bU) << "and no other is closed";
}

}  // namespace
