// SPDX-License-Identifier: MIT
// Lines as net/sctp/proc.c prints them: %8pK of a kernel pointer, %-3d ..., addresses by %pI4 and %pI6.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "support/asking.hpp"
#include "support/printers.hpp"
#include "support/sockets.hpp"

namespace {

using fake::Asking;
using fake::end;
using portscope::DetailKind;
using portscope::Endpoint;
using portscope::Family;
using portscope::Socket;
using portscope::State;
using portscope::Transport;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const std::string eps_heading = " ENDPT     SOCK   STY SST HBKT LPORT   UID INODE LADDRS\n";
const std::string assocs_heading =
    " ASSOC     SOCK   STY SST ST HBKT ASSOC-ID TX_QUEUE RX_QUEUE UID INODE LPORT RPORT LADDRS <-> RADDRS "
    "HBINT INS OUTS MAXRT T1X T2X RTXC wmema wmemq sndbuf rcvbuf\n";

const std::string endpoint_line =
    "000000005d2c4a1b 00000000c5b7e8d2 2   10  29   5000     33 38001 10.0.0.1 10.0.1.1 \n";
const std::string any_six =
    "000000005d2c4a1c 00000000c5b7e8d3 0   10  30   5001      0 38002 0000:0000:0000:0000:0000:0000:0000:0000 \n";
const std::string association_line =
    "00000000a1b2c3d4 00000000c5b7e8d4 2   1   3  0       3        6        5      33 38003 5000  40001  10.0.0.1 "
    "*10.0.1.1 <-> 10.0.0.9 *10.0.1.9 \t    7500    10    10   10    0    0        0        1        0   212992   "
    "212992\n";

struct Tables {
  Asking asking;
  collect::Pass pass;

  Tables(const std::string& eps, const std::string& assocs) {
    asking.tree.net("sctp/eps", eps_heading + eps).net("sctp/assocs", assocs_heading + assocs);
    pass = asking.scan(Transport::sctp);
  }
  [[nodiscard]] std::vector<Endpoint> list(std::size_t row, DetailKind kind) const {
    return asking.details.list<Endpoint>(pass.rows.at(row).details, kind);
  }
};

TEST(SctpProc, AListenerIsReadWhole) {
  const Tables tables(endpoint_line, "");
  EXPECT_EQ(tables.pass.error, 0);
  EXPECT_TRUE(tables.pass.whole);
  ASSERT_THAT(tables.pass.rows, SizeIs(1));
  const Socket& socket = tables.pass.rows[0];
  EXPECT_EQ(socket.transport, Transport::sctp);
  EXPECT_EQ(socket.source, portscope::Source::proc);
  EXPECT_EQ(socket.family, Family::ipv4);
  EXPECT_EQ(socket.state, State::listen);
  EXPECT_EQ(socket.state_id, 10);
  EXPECT_EQ(std::get<Endpoint>(socket.local), end("10.0.0.1", 5000));
  EXPECT_EQ(socket.peer, portscope::AnyEndpoint{});
  EXPECT_EQ(socket.uid, 33U);
  EXPECT_EQ(socket.inode, 38001U);
  EXPECT_THAT(tables.list(0, DetailKind::sctp_locals), ElementsAre(end("10.0.0.1", 5000), end("10.0.1.1", 5000)));
}

TEST(SctpProc, AddressesOfIpv6StandThereWithoutCompression) {
  const Tables tables(any_six, "");
  ASSERT_THAT(tables.pass.rows, SizeIs(1));
  EXPECT_EQ(tables.pass.rows[0].family, Family::ipv6);
  EXPECT_EQ(std::get<Endpoint>(tables.pass.rows[0].local), end("::", 5001));
  EXPECT_EQ(tables.pass.rows[0].uid, 0U) << "with a file, 0 is root";
}

TEST(SctpProc, AnAssociationIsReadWhole) {
  const Tables tables("", association_line);
  ASSERT_THAT(tables.pass.rows, SizeIs(1));
  const Socket& socket = tables.pass.rows[0];
  EXPECT_EQ(socket.state, State::established);
  EXPECT_EQ(socket.state_id, 3) << "of the association, not of its socket";
  EXPECT_EQ(socket.send_queue, 6U);
  EXPECT_EQ(socket.recv_queue, 5U);
  EXPECT_EQ(socket.uid, 33U);
  EXPECT_EQ(socket.inode, 38003U);
  EXPECT_THAT(tables.list(0, DetailKind::sctp_locals), ElementsAre(end("10.0.0.1", 5000), end("10.0.1.1", 5000)));
  EXPECT_THAT(tables.list(0, DetailKind::sctp_peers), ElementsAre(end("10.0.0.9", 40001), end("10.0.1.9", 40001)))
      << "7500 and what follows are no addresses";
}

// net/sctp/diag.c tells the first address of this end and the primary one of the other.
TEST(SctpProc, TheEndsAreThoseThatNetlinkTells) {
  const Tables tables("", association_line);
  EXPECT_EQ(std::get<Endpoint>(tables.pass.rows.at(0).local), end("10.0.0.1", 5000));
  EXPECT_EQ(std::get<Endpoint>(tables.pass.rows.at(0).peer), end("10.0.1.9", 40001)) << "the one with a star";
}

TEST(SctpProc, WithoutAStarTheFirstPeerIsMeant) {
  std::string line = association_line;
  line.erase(line.find("*10.0.1.9"), 1);
  EXPECT_EQ(std::get<Endpoint>(Tables("", line).pass.rows.at(0).peer), end("10.0.0.9", 40001));
}

TEST(SctpProc, AListenerAndItsAssociationAreTwoRows) {
  EXPECT_THAT(Tables(endpoint_line + any_six, association_line).pass.rows, SizeIs(3));
}

TEST(SctpProc, AnEndpointThatCarriesItsAssociationIsThat) {
  std::string carrier = endpoint_line;
  carrier.replace(carrier.find(" 10  29"), 7, " 1   29").replace(carrier.find("38001"), 5, "38003");
  const Tables tables(carrier, association_line);
  ASSERT_THAT(tables.pass.rows, SizeIs(1));
  EXPECT_EQ(tables.pass.rows[0].state_id, 3);
}

TEST(SctpProc, WhatBelongsToNoFileHasNoUser) {
  std::string line = association_line;
  line.replace(line.find("33 38003"), 8, " 0     0");
  EXPECT_EQ(Tables("", line).pass.rows.at(0).uid, std::nullopt);
}

TEST(SctpProc, AnotherShapeIsAnErrorNotAnEmptyTable) {
  const std::string number_missing = "00000000a1b2c3d4 00000000c5b7e8d4 2 1 3 0 3 6 5 33\n";
  const std::string port_too_large = "0 0 2 1 3 0 3 6 5 33 38003 65536 40001 10.0.0.1 <-> 10.0.0.9 \t 7500\n";
  for (const std::string& line : {std::string("\n"), std::string("nonsense\n"), number_missing, port_too_large}) {
    EXPECT_EQ(Tables("", association_line + line).pass.error, EPROTO) << line;
    EXPECT_EQ(Tables(endpoint_line + line, "").pass.error, EPROTO) << line;
  }
}

TEST(SctpProc, ALineCutAnywhereDoesNoHarm) {
  Asking asking;
  asking.tree.net("sctp/eps", eps_heading);
  for (std::size_t size = 0; size < association_line.size(); ++size) {
    asking.tree.net("sctp/assocs", assocs_heading + association_line.substr(0, size) + "\n");
    const auto pass = asking.scan(Transport::sctp);
    EXPECT_TRUE(pass.error == EPROTO || pass.rows.size() == 1) << size;
  }
}

TEST(SctpProc, BothTablesMustBeThere) {
  Asking asking;
  asking.tree.net("sctp/eps", eps_heading + endpoint_line);
  const auto pass = asking.scan(Transport::sctp);
  EXPECT_EQ(pass.error, ENOENT);
  EXPECT_THAT(pass.rows, IsEmpty());
}

}  // namespace
