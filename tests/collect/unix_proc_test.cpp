// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "support/asking.hpp"
#include "support/printers.hpp"

namespace {

using fake::Asking;
using portscope::Socket;
using portscope::SocketType;
using portscope::State;
using portscope::StringId;
using portscope::Transport;
using portscope::UnixEndpoint;
using testing::SizeIs;

const std::string unix_heading = "Num       RefCount Protocol Flags    Type St Inode Path\n";

const Socket* with_inode(const collect::Pass& pass, std::uint32_t inode) {
  for (const Socket& socket : pass.rows) {
    if (socket.inode == inode) return &socket;
  }
  return nullptr;
}

std::string name_of(const Asking& asking, const Socket& socket) {
  return std::string(asking.strings.text(std::get<UnixEndpoint>(socket.local).name));
}

TEST(UnixProc, ARealTableIsRead) {
  Asking asking;
  asking.tree.recorded_net("unix");
  const auto pass = asking.scan(Transport::unix_socket);
  EXPECT_EQ(pass.error, 0);
  EXPECT_TRUE(pass.whole);
  const Socket* listener = with_inode(pass, 243648);
  ASSERT_NE(listener, nullptr);
  EXPECT_EQ(listener->state, State::listen);
  EXPECT_EQ(listener->type, SocketType::stream);
  EXPECT_EQ(listener->source, portscope::Source::proc);
  EXPECT_EQ(name_of(asking, *listener), "/tmp/rec/app.sock");
  EXPECT_EQ(listener->uid, std::nullopt) << "the table does not tell";
  const Socket* log = with_inode(pass, 243650);
  ASSERT_NE(log, nullptr);
  EXPECT_EQ(log->type, SocketType::datagram);
  EXPECT_EQ(log->state, State::unconnected);
  const Socket* client = with_inode(pass, 243655);
  ASSERT_NE(client, nullptr);
  EXPECT_EQ(client->state, State::established);
  EXPECT_NE(portscope::unix_end(client->peer), nullptr) << "there is a peer; which one is not told";
  EXPECT_EQ(std::get<UnixEndpoint>(client->local).name, StringId::none);
}

TEST(UnixProc, AnAbstractNameBeginsWithAt) {
  Asking asking;
  asking.tree.recorded_net("unix");
  const auto pass = asking.scan(Transport::unix_socket);
  const Socket* abstract = with_inode(pass, 243649);
  ASSERT_NE(abstract, nullptr);
  EXPECT_TRUE(std::get<UnixEndpoint>(abstract->local).abstract);
  EXPECT_EQ(name_of(asking, *abstract), "abs@tract");
  EXPECT_EQ(abstract->type, SocketType::seqpacket);
}

TEST(UnixProc, WhatIsNotAcceptedYetIsNotListed) {
  Asking asking;
  asking.tree.recorded_net("unix");
  const auto pass = asking.scan(Transport::unix_socket);
  EXPECT_EQ(with_inode(pass, 0), nullptr);
}

TEST(UnixProc, TheRestOfANameWithANewlineBreaksNothing) {
  Asking asking;
  asking.tree.recorded_net("unix");
  const auto pass = asking.scan(Transport::unix_socket);
  const Socket* split = with_inode(pass, 243651);
  ASSERT_NE(split, nullptr);
  EXPECT_NE(with_inode(pass, 243653), nullptr) << "rows behind it are still read";
}

TEST(UnixProc, ANameWithANewlineIsShownWhole) {
  Asking asking;
  asking.tree.recorded_net("unix");
  const auto pass = asking.scan(Transport::unix_socket);
  const Socket* split = with_inode(pass, 243651);
  ASSERT_NE(split, nullptr);
  EXPECT_EQ(name_of(asking, *split), "/tmp/rec/two\nlines");
}

TEST(UnixProc, NamesKeepTheirBlanks) {
  Asking asking;
  asking.tree.net("unix", unix_heading +
                              "00000000b44c86ab: 00000002 00000000 00010000 0001 01 17  two  blanks \n"
                              "00000000b44c86ab: 00000002 00000000 00010000 0001 01 18\n");
  const auto pass = asking.scan(Transport::unix_socket);
  ASSERT_THAT(pass.rows, SizeIs(2));
  EXPECT_EQ(name_of(asking, pass.rows[0]), " two  blanks ");
  EXPECT_EQ(std::get<UnixEndpoint>(pass.rows[1].local).name, StringId::none);
}

TEST(UnixProc, BrokenLinesNeverAbortTheTable) {
  Asking asking;
  asking.tree.net("unix", unix_heading +
                              "\n"
                              "garbage\n"
                              "zz 00000002 00000000 00010000 0001 01 1 /no-number\n"
                              "0: 00000002 00000000 00010000 0001 01\n"
                              "0: 00000002 00000000 00010000 0001 01 99999999999 /too-large\n"
                              "00000000b44c86ab: 00000002 00000000 00010000 0001 01 17 /good");
  const auto pass = asking.scan(Transport::unix_socket);
  EXPECT_EQ(pass.error, 0);
  ASSERT_THAT(pass.rows, SizeIs(1));
  EXPECT_EQ(name_of(asking, pass.rows[0]), "/good");
}

// The recorded table holds a name that goes on with a well-formed row of its own.
TEST(UnixProc, MoreRowsThanTheKernelCountsAreCalledForged) {
  Asking asking;
  asking.tree.recorded_net("unix").recorded_net("protocols");
  EXPECT_TRUE(asking.scan(Transport::unix_socket).forged);
  asking.tree.net("protocols", "protocol size sockets\nUNIX 1 3\nUNIX-STREAM 1 11\n");
  EXPECT_FALSE(asking.scan(Transport::unix_socket).forged);
}

TEST(UnixProc, WithoutCountersNothingIsCalledForged) {
  Asking asking;
  asking.tree.recorded_net("unix");
  EXPECT_FALSE(asking.scan(Transport::unix_socket).forged);
}

TEST(UnixProc, BeforeTheKernelHasRandomnessAddressesAreHiddenOtherwise) {
  Asking asking;
  asking.tree.net("unix", unix_heading + "(____ptrval____): 00000002 00000000 00010000 0001 01 17 /x\n");
  EXPECT_THAT(asking.scan(Transport::unix_socket).rows, SizeIs(1));
}

TEST(UnixProc, AMissingTableIsAnError) {
  Asking asking;
  EXPECT_EQ(asking.scan(Transport::unix_socket).error, ENOENT);
}

}  // namespace
