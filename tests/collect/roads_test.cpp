// SPDX-License-Identifier: MIT
#include "collect/roads.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/inet_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <string>
#include <vector>

#include "portscope/query.hpp"
#include "support/asking.hpp"
#include "support/netlink_rows.hpp"
#include "support/printers.hpp"

namespace {

using collect::Reading;
using fake::Asking;
using portscope::Gap;
using portscope::Source;
using portscope::SourceChoice;
using portscope::State;
using portscope::Transport;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const std::string counters =
    "protocol  size sockets  memory press maxhdr  slab module     cl co di ac io in de sh ss gs se re bi br ha uh gp "
    "em\n"
    "RAW       1152      3      -1   NI       0   yes  kernel      y  y  y  n  y  y  y  n  y  y  y  y  y  y  y  y  n  "
    "n\n"
    "RAWv6     1344      4      -1   NI       0   yes  kernel      y  y  y  n  y  y  y  n  y  y  y  y  y  y  y  y  n  "
    "n\n";

Reading read(Transport transport, Asking& asking) {
  const sys::Proc proc = asking.tree.open();
  return collect::read_family(fake::family_of(transport),
                              {{asking.diag, proc}, asking.request, asking.strings, asking.details});
}

fake::Row a_listener_row(std::uint32_t inode = 5) {
  fake::InetRow row;
  row.local_port = 80;
  row.inode = inode;
  return fake::inet_row(row);
}

TEST(Roads, NetlinkComesFirst) {
  Asking asking;
  asking.tree.recorded_net("tcp").recorded_net("tcp6");
  asking.diag.script(AF_INET, fake::both_at_once, {{{a_listener_row()}}});
  const Reading reading = read(Transport::tcp, asking);
  ASSERT_THAT(reading.sockets, SizeIs(1));
  EXPECT_EQ(reading.sockets[0].source, Source::netlink);
  EXPECT_THAT(reading.gaps, IsEmpty());
}

TEST(Roads, AProtocolWithoutDiagModuleIsReadFromProc) {
  Asking asking;  // unscripted: ENOENT
  asking.tree.recorded_net("raw").recorded_net("raw6");
  const Reading reading = read(Transport::raw, asking);
  ASSERT_THAT(reading.sockets, SizeIs(2));
  EXPECT_EQ(reading.sockets[0].source, Source::proc);
  EXPECT_THAT(reading.gaps, IsEmpty());
}

TEST(Roads, ADumpThatBrokeOffLeavesNoRows) {
  Asking asking;
  asking.tree.recorded_net("raw").recorded_net("raw6");
  asking.diag.script(AF_INET, IPPROTO_RAW, {{{a_listener_row()}, false, ENOSPC}});
  for (const auto& socket : read(Transport::raw, asking).sockets) EXPECT_EQ(socket.source, Source::proc);
}

TEST(Roads, RefusedNetlinkMeansBoundSocketsAreMissing) {
  Asking asking;
  asking.diag.refuse_all(EPERM);
  asking.tree.recorded_net("tcp").recorded_net("tcp6");
  const Reading reading = read(Transport::tcp, asking);
  EXPECT_THAT(reading.sockets, SizeIs(18));
  ASSERT_THAT(reading.gaps, SizeIs(1));
  EXPECT_EQ(reading.gaps[0].what, Gap::What::sockets);
  EXPECT_EQ(reading.gaps[0].transport, Transport::tcp);
  EXPECT_EQ(reading.gaps[0].why, "EPERM");
  EXPECT_EQ(reading.gaps[0].count, std::nullopt);
  EXPECT_FALSE(reading.gaps[0].remedy.empty());
}

TEST(Roads, WhoDidNotAskForBoundSocketsMissesNone) {
  Asking asking;
  asking.diag.refuse_all(EPERM);
  asking.request.selection.states = {State::listen, State::unconnected};
  asking.tree.recorded_net("tcp").recorded_net("tcp6");
  EXPECT_THAT(read(Transport::tcp, asking).gaps, IsEmpty());
}

TEST(Roads, WhoAsksForBoundSocketsByNameAndChoseProcIsTold) {
  Asking asking;
  asking.request.source = SourceChoice::proc;
  asking.request.selection.states = {State::bound};
  asking.tree.recorded_net("tcp").recorded_net("tcp6");
  ASSERT_THAT(read(Transport::tcp, asking).gaps, SizeIs(1));
  asking.request.selection.states = portscope::every<State>();
  EXPECT_THAT(read(Transport::tcp, asking).gaps, IsEmpty()) << "the usual answer of /proc";
}

TEST(Roads, AForgedUnixTableIsAGap) {
  Asking asking;
  asking.request.source = SourceChoice::proc;
  asking.tree.recorded_net("unix").recorded_net("protocols");
  const Reading reading = read(Transport::unix_socket, asking);
  EXPECT_FALSE(reading.sockets.empty());
  EXPECT_FALSE(reading.unreadable);
  ASSERT_THAT(reading.gaps, SizeIs(1));
  EXPECT_EQ(reading.gaps[0].transport, Transport::unix_socket);
}

TEST(Roads, AnEmptyAnswerAboutBoundSocketsIsBelievedOnlyWhenTheKernelTellsThem) {
  Asking asking;
  asking.request.selection.states = {State::bound};
  asking.request.source = portscope::SourceChoice::netlink;
  asking.diag.script(AF_INET, fake::both_at_once, {{}});
  const Reading reading = read(Transport::tcp, asking);
  EXPECT_THAT(reading.sockets, IsEmpty());
  ASSERT_THAT(reading.gaps, SizeIs(1)) << "our own bound socket is not among the rows: an old kernel";
  EXPECT_FALSE(reading.gaps[0].why.empty());
}

TEST(Roads, AProtocolThatIsNotInTheKernelIsNoGap) {
  Asking asking;
  asking.tree.net("protocols", counters);
  const Reading reading = read(Transport::icmp, asking);
  EXPECT_THAT(reading.sockets, IsEmpty());
  EXPECT_THAT(reading.gaps, IsEmpty());
  EXPECT_THAT(read(Transport::udplite, asking).gaps, IsEmpty());
}

TEST(Roads, AProtocolInTheKernelWithoutATableIsAGapWithItsCount) {
  Asking asking;
  asking.tree.net("protocols", counters);
  const Reading reading = read(Transport::raw, asking);
  ASSERT_THAT(reading.gaps, SizeIs(1));
  EXPECT_EQ(reading.gaps[0].transport, Transport::raw);
  EXPECT_EQ(reading.gaps[0].why, "ENOENT");
  EXPECT_EQ(reading.gaps[0].count, 7U);
}

TEST(Roads, WithoutCountersTheCountIsUnknown) {
  Asking asking;
  const Reading reading = read(Transport::raw, asking);
  ASSERT_THAT(reading.gaps, SizeIs(1));
  EXPECT_EQ(reading.gaps[0].count, std::nullopt);
}

TEST(Roads, TheFirstRefusalIsTheTellingOne) {
  Asking asking;
  asking.diag.refuse_all(EPERM);
  const Reading reading = read(Transport::raw, asking);
  ASSERT_THAT(reading.gaps, SizeIs(1));
  EXPECT_EQ(reading.gaps[0].why, "EPERM");
}

TEST(Roads, SourceProcNeverAsksNetlink) {
  Asking asking;
  asking.request.source = SourceChoice::proc;
  asking.diag.script(AF_INET, fake::both_at_once, {{{a_listener_row()}}});
  asking.tree.recorded_net("tcp").recorded_net("tcp6");
  EXPECT_THAT(read(Transport::tcp, asking).sockets, SizeIs(18));
  EXPECT_THAT(asking.diag.asked, IsEmpty());
}

TEST(Roads, SourceNetlinkNeverReadsProc) {
  Asking asking;
  asking.request.source = SourceChoice::netlink;
  asking.diag.refuse_all(EPERM);
  asking.tree.recorded_net("tcp").recorded_net("tcp6").recorded_net("protocols");
  const Reading reading = read(Transport::tcp, asking);
  EXPECT_THAT(reading.sockets, IsEmpty());
  ASSERT_THAT(reading.gaps, SizeIs(1));
  EXPECT_EQ(reading.gaps[0].why, "EPERM");
  EXPECT_EQ(reading.gaps[0].count, 15U);
}

TEST(Roads, PingSocketsHaveNoNetlinkRoad) {
  Asking asking;
  asking.request.source = SourceChoice::netlink;
  asking.tree.recorded_net("protocols").recorded_net("icmp").recorded_net("icmp6");
  const Reading reading = read(Transport::icmp, asking);
  ASSERT_THAT(reading.gaps, SizeIs(1));
  EXPECT_EQ(reading.gaps[0].count, 2U);
  EXPECT_THAT(asking.diag.asked, IsEmpty());
}

TEST(Roads, ATableOfAnotherShapeIsAGap) {
  Asking asking;
  asking.tree.net("raw", "heading\nnonsense\n").net("raw6", "heading\n").net("protocols", counters);
  const Reading reading = read(Transport::raw, asking);
  EXPECT_THAT(reading.sockets, IsEmpty());
  ASSERT_THAT(reading.gaps, SizeIs(1));
  EXPECT_EQ(reading.gaps[0].why, "EPROTO");
}

TEST(Roads, SeveralDatagramsAreReadTwiceUnlessTheCounterAgrees) {
  std::vector<fake::Row> hundred;
  for (std::uint32_t number = 1; number <= 100; ++number) hundred.push_back(a_listener_row(number));
  Asking asking;
  asking.diag.script(AF_INET, fake::both_at_once, {{hundred, false}});
  read(Transport::tcp, asking);
  EXPECT_THAT(asking.diag.asked, SizeIs(2));
  asking.diag.asked.clear();
  asking.tree.net("protocols", "protocol size sockets\nTCP 2304 100\nTCPv6 2432 0\n");
  asking.tree.net("snmp", "Tcp: ActiveOpens PassiveOpens\nTcp: 5 7\n");
  read(Transport::tcp, asking);
  EXPECT_THAT(asking.diag.asked, SizeIs(1));
}

/// `count` TCP sockets of IPv4 are counted; the established ones are asked for.
struct AskingForEstablished : Asking {
  explicit AskingForEstablished(std::size_t count) {
    request.selection.families = {portscope::Family::ipv4};
    request.selection.states = {State::established};
    tree.net("protocols", "protocol size sockets\nTCP 2304 " + std::to_string(count) + "\nTCPv6 2432 0\n");
    tree.net("snmp", "Tcp: ActiveOpens PassiveOpens\nTcp: 5 7\n");
  }

  /// The states that the kernel was asked for, reading by reading.
  [[nodiscard]] std::vector<std::uint32_t> states() const {
    std::vector<std::uint32_t> states;
    for (const auto& asked : diag.asked) states.push_back(sys::copy_from<inet_diag_req_v2>(asked.body).idiag_states);
    return states;
  }
};

/// As many, of which the last are listeners.
std::vector<fake::Row> established_rows(std::size_t count, std::size_t listeners) {
  std::vector<fake::Row> rows;
  for (std::uint16_t i = 1; i <= count - listeners; ++i) rows.push_back(fake::inet_row(fake::connected_row(i, i)));
  for (std::uint32_t i = 1; i <= listeners; ++i) rows.push_back(a_listener_row(1000 + i));
  return rows;
}

constexpr std::uint32_t established_alone = 1U << 1U;
constexpr std::uint32_t all_counted = 0b1111'0011'0110;  // not SYN_RECV, TIME_WAIT, CLOSE

TEST(Roads, EstablishedOnesAreReadOnceWithAllThatTheKernelCounts) {
  AskingForEstablished asking(100);
  asking.diag.script(AF_INET, IPPROTO_TCP, {{established_rows(100, 2), false}});
  EXPECT_THAT(read(Transport::tcp, asking).sockets, SizeIs(98));
  EXPECT_THAT(asking.states(), ElementsAre(all_counted));
}

TEST(Roads, WhatAllOthersExplainIsReadOnceWithThem) {
  AskingForEstablished asking(100);
  asking.request.selection.states = {State::close_wait};
  asking.request.needs = {portscope::Need::direction};
  asking.diag.script(AF_INET, IPPROTO_TCP, {{established_rows(100, 2), false}});
  EXPECT_THAT(read(Transport::tcp, asking).sockets, IsEmpty());
  EXPECT_THAT(asking.diag.asked, SizeIs(1));
}

TEST(Roads, WhereTheCountDoesNotAgreeTheSecondReadingTakesNoMoreThanWasAskedFor) {
  AskingForEstablished asking(101);
  asking.diag.script(AF_INET, IPPROTO_TCP, {{established_rows(100, 2), false}, {established_rows(98, 0), false}});
  EXPECT_THAT(read(Transport::tcp, asking).sockets, SizeIs(98));
  EXPECT_THAT(asking.states(), ElementsAre(all_counted, established_alone));
}

TEST(Roads, ARepeatedRowThatNobodyAskedForMakesUpForNone) {
  AskingForEstablished asking(100);
  auto rows = established_rows(99, 2);
  rows.push_back(rows.back());
  asking.diag.script(AF_INET, IPPROTO_TCP, {{rows, false}, {established_rows(98, 0), false}});
  EXPECT_THAT(read(Transport::tcp, asking).sockets, SizeIs(98)) << "one was missed";
  EXPECT_THAT(asking.states(), ElementsAre(all_counted, established_alone, established_alone))
      << "one more, as the second found it";
}

TEST(Roads, OfASmallTableOnlyWhatWasAskedForIsRead) {
  AskingForEstablished asking(50);
  asking.diag.script(AF_INET, IPPROTO_TCP, {{established_rows(20, 0), true}});
  EXPECT_THAT(read(Transport::tcp, asking).sockets, SizeIs(20));
  EXPECT_THAT(asking.states(), ElementsAre(established_alone));
}

TEST(Roads, WhereTheKernelDecidesNoMoreIsRead) {
  AskingForEstablished asking(100);
  asking.request.selection.filter = portscope::parse_query("dport = :443");
  asking.diag.script(AF_INET, IPPROTO_TCP, {{established_rows(20, 0), true}});
  read(Transport::tcp, asking);
  EXPECT_THAT(asking.states(), ElementsAre(established_alone));
}

TEST(Roads, TheCounterProvesNothingWhenOnlyAPartIsRead) {
  Asking asking;
  asking.request.selection.states = {State::listen};
  asking.diag.script(AF_INET, fake::both_at_once, {{{a_listener_row()}, false}});
  asking.tree.net("protocols", "protocol size sockets\nTCP 2304 1\nTCPv6 2432 0\n");
  asking.tree.net("snmp", "Tcp: ActiveOpens PassiveOpens\nTcp: 5 7\n");
  read(Transport::tcp, asking);
  EXPECT_THAT(asking.diag.asked, SizeIs(2));
}

}  // namespace
