// SPDX-License-Identifier: MIT
// The tables of packet and netlink sockets; the lines are those of a kernel 6.18.
#include "collect/table_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "support/asking.hpp"
#include "support/printers.hpp"

namespace {

using fake::Asking;
using portscope::DetailId;
using portscope::DetailKind;
using portscope::NetlinkEndpoint;
using portscope::PacketEndpoint;
using portscope::Socket;
using portscope::SocketType;
using portscope::State;
using portscope::Transport;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const std::string packet_heading = "sk               RefCnt Type Proto  Iface R Rmem   User   Inode\n";
const std::string sniffer = "0000000062bcf9d4 3      3    0003   3     1 832    33     276649\n";
const std::string everywhere = "0000000062bcf9d5 3      2    88cc   0     1 0      0      276650\n";
const std::string bereft = "0000000062bcf9d6 2      3    0003   -1    0 0      0      276651\n";

const std::string netlink_heading =
    "sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode\n";
const std::string of_kernel =
    "000000008c4fe348 0   0          00000000 0        0        0     2        0        276618  \n";
const std::string subscriber =
    "00000000ac6c4711 16  4000000000 80000011 2304     0        0     2        7        277521  \n";

struct Table {
  Asking asking;
  collect::Pass pass;

  Table(Transport transport, const std::string& text) {
    asking.tree.net(transport == Transport::packet ? "packet" : "netlink", text);
    pass = asking.scan(transport);
  }
};

TEST(PacketProc, ASocketIsReadWhole) {
  const Table table(Transport::packet, packet_heading + sniffer);
  EXPECT_EQ(table.pass.error, 0);
  ASSERT_THAT(table.pass.rows, SizeIs(1));
  const Socket& socket = table.pass.rows[0];
  EXPECT_EQ(socket.transport, Transport::packet);
  EXPECT_EQ(socket.family, portscope::Family::packet);
  EXPECT_EQ(socket.source, portscope::Source::proc);
  EXPECT_EQ(socket.state, State::unconnected);
  EXPECT_EQ(socket.type, SocketType::raw);
  EXPECT_EQ(std::get<PacketEndpoint>(socket.local).protocol, 3);
  EXPECT_EQ(socket.peer, portscope::AnyEndpoint{});
  EXPECT_EQ(socket.interface, 3U);
  EXPECT_EQ(socket.recv_queue, 832U);
  EXPECT_EQ(socket.send_queue, std::nullopt);
  EXPECT_EQ(socket.drops, std::nullopt) << "the table does not tell";
  EXPECT_EQ(socket.uid, 33U);
  EXPECT_EQ(socket.inode, 276649U);
  EXPECT_EQ(socket.details, DetailId::none);
}

TEST(PacketProc, TheProtocolIsHexTheTypeDecimal) {
  const Table table(Transport::packet, packet_heading + everywhere);
  ASSERT_THAT(table.pass.rows, SizeIs(1));
  EXPECT_EQ(std::get<PacketEndpoint>(table.pass.rows[0].local).protocol, 0x88cc);
  EXPECT_EQ(table.pass.rows[0].type, SocketType::datagram);
  EXPECT_EQ(table.pass.rows[0].uid, 0U) << "that is root: every one has a file";
}

// packet_notifier(), net/packet/af_packet.c: whose interface is removed has the number -1.
TEST(PacketProc, ASocketOutlivesItsInterface) {
  const Table table(Transport::packet, packet_heading + bereft + sniffer);
  EXPECT_EQ(table.pass.error, 0);
  ASSERT_THAT(table.pass.rows, SizeIs(2));
  EXPECT_EQ(table.pass.rows[0].interface, UINT32_MAX) << "as netlink tells it, not 0, which is all of them";
}

TEST(NetlinkProc, ASocketIsReadWhole) {
  const Table table(Transport::netlink, netlink_heading + subscriber);
  EXPECT_EQ(table.pass.error, 0);
  ASSERT_THAT(table.pass.rows, SizeIs(1));
  const Socket& socket = table.pass.rows[0];
  EXPECT_EQ(socket.transport, Transport::netlink);
  EXPECT_EQ(socket.family, portscope::Family::netlink);
  EXPECT_EQ(socket.source, portscope::Source::proc);
  EXPECT_EQ(socket.state, State::unconnected);
  EXPECT_EQ(std::get<NetlinkEndpoint>(socket.local), (NetlinkEndpoint{4000000000, 0, 16}));
  EXPECT_EQ(socket.peer, portscope::AnyEndpoint{}) << "the table does not tell";
  EXPECT_EQ(socket.recv_queue, 2304U);
  EXPECT_EQ(socket.drops, 7U);
  EXPECT_EQ(socket.uid, std::nullopt);
  EXPECT_EQ(socket.inode, 277521U);
}

TEST(NetlinkProc, TheFirst32GroupsAreKept) {
  const Table table(Transport::netlink, netlink_heading + of_kernel + subscriber);
  ASSERT_THAT(table.pass.rows, SizeIs(2));
  const auto groups = [&](std::size_t row) {
    return table.asking.details.list<std::uint32_t>(table.pass.rows[row].details, DetailKind::netlink_groups);
  };
  EXPECT_THAT(groups(0), ElementsAre(0));
  EXPECT_THAT(groups(1), ElementsAre(0x80000011));
}

TEST(TableFile, ALineOfAnotherShapeIsAnErrorNotASocketLess) {
  const std::vector<std::string> bad_packets{
      "\n",
      "nonsense\n",
      "0000000062bcf9d4 3 3 0003 3 1 0 0\n",
      "0000000062bcf9d4 3 x 0003 3 1 0 0 276649\n",
      "0000000062bcf9d4 3 3 10003 3 1 0 0 276649\n",
      "0000000062bcf9d4 3 3 0003 eth0 1 0 0 276649\n",
      "0000000062bcf9d4 3 3 0003 3 1 -5 0 276649\n",
      "0000000062bcf9d4 3 3 0003 3 1 0 0 4294967296\n",
  };
  for (const auto& line : bad_packets) {
    EXPECT_EQ(Table(Transport::packet, packet_heading + sniffer + line).pass.error, EPROTO) << line;
  }
  const std::vector<std::string> bad_netlinks{
      "\n",
      "000000008c4fe348 0 0 00000000 0 0 0 2 0\n",
      "000000008c4fe348 256 0 00000000 0 0 0 2 0 276618\n",
      "000000008c4fe348 0 -1 00000000 0 0 0 2 0 276618\n",
      "000000008c4fe348 0 0 0000000g 0 0 0 2 0 276618\n",
      "000000008c4fe348 0 0 00000000 0 0 0 2 x 276618\n",
  };
  for (const auto& line : bad_netlinks) {
    EXPECT_EQ(Table(Transport::netlink, netlink_heading + of_kernel + line).pass.error, EPROTO) << line;
  }
}

TEST(TableFile, ATableWithoutRowsIsEmptyAndWhole) {
  for (const auto transport : {Transport::packet, Transport::netlink}) {
    const Table table(transport, "any heading\n");
    EXPECT_EQ(table.pass.error, 0);
    EXPECT_TRUE(table.pass.whole);
    EXPECT_THAT(table.pass.rows, IsEmpty());
  }
}

TEST(TableFile, WithoutTheFileItsErrorIsTold) {
  Asking asking;
  EXPECT_EQ(asking.scan(Transport::packet).error, ENOENT);
}

TEST(TableFile, AllAreCountedAlsoThoseNotWanted) {
  Asking asking;
  asking.tree.net("netlink", netlink_heading + of_kernel + subscriber);
  asking.request.selection.transports = {Transport::tcp};
  const auto pass = asking.scan(Transport::netlink);
  EXPECT_THAT(pass.rows, IsEmpty());
  EXPECT_EQ(pass.counted, 2U);
  EXPECT_EQ(pass.fingerprint, collect::trace_of(276618) + collect::trace_of(277521));
  EXPECT_EQ(asking.details.add({}, DetailKind::mark, {}), DetailId{1}) << "and leave nothing behind";
}

TEST(TableFile, MoreThanAPageIsNotReadInOnePiece) {
  std::string text = packet_heading;
  while (text.size() + sniffer.size() <= collect::page_of_proc) text += sniffer;
  EXPECT_TRUE(Table(Transport::packet, text).pass.whole);
  EXPECT_FALSE(Table(Transport::packet, text + sniffer).pass.whole);
}

}  // namespace
