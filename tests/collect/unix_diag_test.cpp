// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/unix_diag.h>
#include <sys/socket.h>

#include <cerrno>

#include "support/asking.hpp"
#include "support/netlink_rows.hpp"
#include "support/printers.hpp"

namespace {

using fake::Asking;
using fake::bytes_of;
using fake::unix_row;
using fake::UnixRow;
using fake::with;
using portscope::Socket;
using portscope::SocketType;
using portscope::State;
using portscope::StringId;
using portscope::Transport;
using portscope::UnixEndpoint;
using testing::SizeIs;

constexpr std::uint8_t listen_number = 10;

struct Parsed {
  Socket socket;
  std::string name;
};

UnixRow numbered_row(std::uint32_t inode, std::uint8_t type = SOCK_STREAM, std::uint8_t state = 1) {
  UnixRow row;
  row.inode = inode;
  row.type = type;
  row.state = state;
  return row;
}

Parsed parsed_unix(const fake::Row& row) {
  Asking asking;
  asking.diag.script(AF_UNIX, 0, {{{row}}});
  const auto pass = asking.dump(Transport::unix_socket);
  EXPECT_THAT(pass.rows, SizeIs(1));
  const Socket socket = pass.rows.at(0);
  return {socket, std::string(asking.strings.text(std::get<UnixEndpoint>(socket.local).name))};
}

TEST(UnixDiag, AListenerIsReadWhole) {
  UnixRow facts = numbered_row(7, SOCK_SEQPACKET, listen_number);
  facts.cookie = 0x200000001;
  auto row = with(unix_row(facts), UNIX_DIAG_NAME, std::string_view("/run/x.sock\0", 12));
  row = with(row, UNIX_DIAG_RQLEN, bytes_of(std::uint32_t{3}) + bytes_of(std::uint32_t{128}));
  row = with(row, UNIX_DIAG_UID, bytes_of(std::uint32_t{33}));
  const auto [socket, name] = parsed_unix(row);
  EXPECT_EQ(socket.transport, Transport::unix_socket);
  EXPECT_EQ(socket.family, portscope::Family::unix_socket);
  EXPECT_EQ(socket.type, SocketType::seqpacket);
  EXPECT_EQ(socket.state, State::listen);
  EXPECT_EQ(socket.inode, 7U);
  EXPECT_EQ(socket.cookie, 0x200000001U);
  EXPECT_EQ(name, "/run/x.sock");
  EXPECT_FALSE(std::get<UnixEndpoint>(socket.local).abstract);
  EXPECT_EQ(socket.recv_queue, 3U);
  EXPECT_EQ(socket.send_queue, 128U);
  EXPECT_EQ(socket.uid, 33U);
}

TEST(UnixDiag, AnAbstractNameKeepsItsNulsButTheFirst) {
  const auto [socket, name] =
      parsed_unix(with(unix_row(numbered_row(1)), UNIX_DIAG_NAME, std::string_view("\0a\0b\0", 5)));
  EXPECT_TRUE(std::get<UnixEndpoint>(socket.local).abstract);
  EXPECT_EQ(name, std::string_view("a\0b\0", 4));
}

TEST(UnixDiag, AnEmptyAbstractNameIsAName) {
  const auto [socket, name] = parsed_unix(with(unix_row(numbered_row(1)), UNIX_DIAG_NAME, std::string_view("\0", 1)));
  EXPECT_TRUE(std::get<UnixEndpoint>(socket.local).abstract);
  EXPECT_NE(std::get<UnixEndpoint>(socket.local).name, StringId::none);
  EXPECT_EQ(name, "");
}

TEST(UnixDiag, APathMayFillAll108Bytes) {
  const std::string path = "/" + std::string(107, 'p');
  EXPECT_EQ(parsed_unix(with(unix_row(numbered_row(1)), UNIX_DIAG_NAME, path)).name, path);
  EXPECT_EQ(parsed_unix(with(unix_row(numbered_row(1)), UNIX_DIAG_NAME, path + '\0')).name, path);
}

TEST(UnixDiag, WithoutANameThereIsNone) {
  EXPECT_EQ(std::get<UnixEndpoint>(parsed_unix(unix_row(numbered_row(1))).socket.local).name, StringId::none);
  EXPECT_EQ(std::get<UnixEndpoint>(parsed_unix(with(unix_row(numbered_row(1)), UNIX_DIAG_NAME, "")).socket.local).name,
            StringId::none);
}

TEST(UnixDiag, StreamsAreWhatTheirStateSays) {
  EXPECT_EQ(parsed_unix(unix_row(numbered_row(1, SOCK_STREAM, 1))).socket.state, State::established);
  EXPECT_EQ(parsed_unix(unix_row(numbered_row(1, SOCK_STREAM, 7))).socket.state, State::unconnected);
  EXPECT_EQ(parsed_unix(unix_row(numbered_row(1, SOCK_STREAM, listen_number))).socket.state, State::listen);
}

TEST(UnixDiag, ADatagramSocketIsConnectedOnlyByItsOwnPeer) {
  EXPECT_EQ(parsed_unix(unix_row(numbered_row(1, SOCK_DGRAM, 1))).socket.state, State::unconnected)
      << "established: somebody connected to it";
  const auto row = with(unix_row(numbered_row(1, SOCK_DGRAM, 7)), UNIX_DIAG_PEER, bytes_of(std::uint32_t{2}));
  EXPECT_EQ(parsed_unix(row).socket.state, State::established);
}

TEST(UnixDiag, APeerBringsItsName) {
  Asking asking;
  const auto server =
      with(with(unix_row(numbered_row(2)), UNIX_DIAG_NAME, "/run/x.sock"), UNIX_DIAG_PEER, bytes_of(std::uint32_t{1}));
  const auto client = with(unix_row(numbered_row(1)), UNIX_DIAG_PEER, bytes_of(std::uint32_t{2}));
  asking.diag.script(AF_UNIX, 0, {{{client, server}}});
  const auto pass = asking.dump(Transport::unix_socket);
  ASSERT_THAT(pass.rows, SizeIs(2));
  const auto& peer = std::get<UnixEndpoint>(pass.rows[0].peer);
  EXPECT_EQ(peer.inode, 2U);
  EXPECT_EQ(asking.strings.text(peer.name), "/run/x.sock");
  EXPECT_EQ(std::get<UnixEndpoint>(pass.rows[1].peer).name, StringId::none);
}

TEST(UnixDiag, APeerThatIsNotAcceptedYetHasNoInode) {
  const auto row = with(unix_row(numbered_row(1)), UNIX_DIAG_PEER, bytes_of(std::uint32_t{0}));
  const auto socket = parsed_unix(row).socket;
  EXPECT_EQ(socket.state, State::established);
  EXPECT_EQ(std::get<UnixEndpoint>(socket.peer).inode, 0U);
}

TEST(UnixDiag, ShortRowsAndErrorsGiveNothing) {
  Asking asking;
  auto row = unix_row(numbered_row(1));
  row.resize(row.size() - 1);
  asking.diag.script(AF_UNIX, 0, {{{row}}, {{unix_row(numbered_row(1))}, 1, EINTR}});
  EXPECT_THAT(asking.dump(Transport::unix_socket).rows, SizeIs(0));
  const auto failed = asking.dump(Transport::unix_socket);
  EXPECT_EQ(failed.error, EINTR);
  EXPECT_THAT(failed.rows, SizeIs(0));
}

TEST(UnixDiag, AllAreCountedAlsoThoseNotWanted) {
  Asking asking;
  asking.request.selection.states = {State::listen};
  asking.diag.script(AF_UNIX, 0,
                     {{{unix_row(numbered_row(1)), unix_row(numbered_row(2, SOCK_STREAM, listen_number))}, false}});
  const auto pass = asking.dump(Transport::unix_socket);
  EXPECT_THAT(pass.rows, SizeIs(1));
  EXPECT_EQ(pass.counted, 2U);
  EXPECT_FALSE(pass.whole);
}

}  // namespace
