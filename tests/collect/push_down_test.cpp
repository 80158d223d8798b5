// SPDX-License-Identifier: MIT
// What the kernel is asked to leave out, and what is done when it will not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdint>
#include <vector>

#include "collect/neighbours.hpp"
#include "portscope/query.hpp"
#include "support/asking.hpp"
#include "support/fake_bind_hash.hpp"
#include "support/netlink_rows.hpp"
#include "support/sockets.hpp"

namespace {

using fake::Asking;
using portscope::Transport;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

/// A kernel that overlooks what it is asked to leave out, as an old one may.
void set_up(Asking& asking, const char* filter) {
  fake::InetRow web;
  web.local_port = 80;
  web.cookie = 1;
  fake::InetRow other = web;
  other.local_port = 81;
  other.cookie = 2;
  asking.diag.script(AF_INET, fake::both_at_once, {{{fake::inet_row(web), fake::inet_row(other)}}});
  asking.request.selection.filter = portscope::parse_query(filter);
}

inet_diag_req fixed_part(const fake::Asked& asked) { return sys::copy_from<inet_diag_req>(asked.body); }
bool has_program(const fake::Asked& asked) { return asked.body.size() > sizeof(inet_diag_req); }

TEST(PushDown, SinglePortsGoIntoTheRequest) {
  Asking ask;
  set_up(ask, "sport 80 and dport 0");
  EXPECT_THAT(ask.dump(Transport::tcp).rows, SizeIs(1)) << "what the kernel overlooked is left out here";
  ASSERT_THAT(ask.diag.asked, SizeIs(1));
  EXPECT_EQ(fixed_part(ask.diag.asked[0]).id.idiag_sport, htons(80));
  EXPECT_FALSE(has_program(ask.diag.asked[0]));
}

TEST(PushDown, OtherConditionsGoIntoAProgram) {
  Asking ask;
  set_up(ask, "sport 80 or src 10.0.0.0/8");
  ask.dump(Transport::tcp);
  EXPECT_EQ(fixed_part(ask.diag.asked[0]).id.idiag_sport, 0);
  EXPECT_TRUE(has_program(ask.diag.asked[0]));
}

TEST(PushDown, TablesOfSocketsWithoutAPeerAreNotReadForWhatHasOne) {
  Asking ask;
  set_up(ask, "dst 10.0.0.0/8");
  EXPECT_FALSE(ask.dump(Transport::tcp).spans_tables);
  constexpr unsigned listen = 10;
  constexpr unsigned bound = 13;
  EXPECT_EQ(fixed_part(ask.diag.asked[0]).idiag_states & (1U << listen | 1U << bound), 0U);
}

/// With many sockets open.
struct AtAPort : Asking {
  explicit AtAPort(const char* filter) { set_up(*this, filter); }

  /// Whether the walk over bound sockets was asked for, in each dump.
  std::vector<bool> reads_bound() {
    const sys::Proc proc = tree.open();
    const auto& family = fake::family_of(Transport::tcp);
    const collect::Doors doors{diag, proc, nullptr, &bind_hash};
    pass = family.dump(family, {doors, request, strings, details, nullptr, {}, nullptr, {0, in_table}});
    constexpr unsigned bound = 13;
    std::vector<bool> result;
    for (const fake::Asked& dump : diag.asked) result.push_back((fixed_part(dump).idiag_states & 1U << bound) != 0);
    return result;
  }

  fake::BindHash bind_hash;
  std::uint64_t in_table = 100'000;
  collect::Pass pass;
};

TEST(MerelyBound, AreNotWalkedOverWhereTheirTableHasNone) {
  AtAPort ask("sport 80");
  EXPECT_THAT(ask.reads_bound(), ElementsAre(false));
  EXPECT_THAT(ask.bind_hash.asked, ElementsAre(80, 80)) << "before and after";
  EXPECT_TRUE(ask.pass.none_is_bound);
  EXPECT_TRUE(ask.pass.spans_tables) << "two tables were looked at";
}

TEST(MerelyBound, AreReadWhereThereIsOneOrNobodyKnows) {
  for (const auto& answer : {sys::Result<bool>(true), sys::Result<bool>::failure(EAGAIN)}) {
    AtAPort ask("sport 80");
    ask.bind_hash.script({answer});
    EXPECT_THAT(ask.reads_bound(), ElementsAre(true));
    EXPECT_FALSE(ask.pass.none_is_bound);
  }
}

TEST(MerelyBound, AreReadWhereThereIsOneAfterwards) {
  AtAPort ask("sport 80");
  ask.bind_hash.script({false, true});
  EXPECT_THAT(ask.reads_bound(), ElementsAre(false, true));
  EXPECT_THAT(ask.pass.rows, SizeIs(1)) << "the first reading is thrown away";
  EXPECT_FALSE(ask.pass.none_is_bound);
}

/// Without a question to their table.
void expect_read(AtAPort& ask) {
  EXPECT_THAT(ask.reads_bound(), ElementsAre(true));
  EXPECT_THAT(ask.bind_hash.asked, IsEmpty());
}

TEST(MerelyBound, AreReadAtOnceWhereFewSocketsAreOpen) {
  AtAPort ask("sport 80");
  ask.in_table = 1000;
  expect_read(ask);
}

TEST(MerelyBound, OfManyPortsAreRead) {
  AtAPort ask("sport 80-81");
  expect_read(ask);
}

TEST(MerelyBound, AreReadWithoutAProgramWhereNoneIsWanted) {
  for (const auto road : {portscope::OwnerRoad::proc, portscope::OwnerRoad::pinned}) {
    AtAPort ask("sport 80");
    ask.request.owners = road;
    expect_read(ask);
  }
}

TEST(MerelyBound, AreReadWhereNothingElseIsAskedFor) {
  AtAPort ask("sport 80");
  ask.request.selection.states = {portscope::State::bound};
  expect_read(ask);
}

TEST(PushDown, CanBeSwitchedOff) {
  Asking ask;
  set_up(ask, "sport 80 and dst 0.0.0.0");
  ask.request.push_down = portscope::PushDown::off;
  EXPECT_THAT(ask.dump(Transport::tcp).rows, SizeIs(1));
  EXPECT_EQ(fixed_part(ask.diag.asked[0]).id.idiag_sport, 0);
  EXPECT_FALSE(has_program(ask.diag.asked[0]));
}

TEST(PushDown, WhatCannotMatchIsNotAskedFor) {
  Asking ask;
  set_up(ask, "udp and sport 80");
  const auto pass = ask.dump(Transport::tcp);
  EXPECT_THAT(pass.rows, IsEmpty());
  EXPECT_EQ(pass.error, 0);
  EXPECT_THAT(ask.diag.asked, IsEmpty());
}

TEST(PushDown, AKernelThatRefusesTheProgramIsAskedWithoutIt) {
  for (const int error : {EINVAL, EPERM}) {
    Asking ask;
    fake::InetRow row;
    row.local_port = 80;
    ask.diag.script(AF_INET, fake::both_at_once, {{{}, true, error}, {{fake::inet_row(row)}}});
    ask.request.selection.filter = portscope::parse_query("sport 80-90 and not sport 81");
    const auto pass = ask.dump(Transport::tcp);
    EXPECT_EQ(pass.error, 0);
    EXPECT_THAT(pass.rows, SizeIs(1));
    ASSERT_THAT(ask.diag.asked, SizeIs(2));
    EXPECT_TRUE(has_program(ask.diag.asked[0]));
    EXPECT_FALSE(has_program(ask.diag.asked[1]));
  }
}

TEST(PushDown, WhoCalledWhomIsToldByAllSockets) {
  Asking ask;
  set_up(ask, "sport 80");
  collect::Neighbours neighbours;
  const sys::Proc proc = ask.tree.open();
  const auto& family = fake::family_of(Transport::tcp);
  family.dump(family, {{ask.diag, proc}, ask.request, ask.strings, ask.details, &neighbours});
  EXPECT_EQ(fixed_part(ask.diag.asked[0]).id.idiag_sport, 0);
}

TEST(PushDown, MptcpIsAskedByPortsOnly) {
  Asking ask;
  ask.diag.script(AF_INET, IPPROTO_MPTCP, {{}});
  ask.request.selection.filter = portscope::parse_query("sport 80 and src 10.0.0.1");
  ask.dump(Transport::mptcp);
  EXPECT_EQ(fixed_part(ask.diag.asked[0]).id.idiag_sport, htons(80));
  // The protocol's number is an attribute of its own.
  EXPECT_EQ(ask.diag.asked[0].body.size(), sizeof(inet_diag_req) + 2 * sizeof(std::uint32_t));
}

fake::Row established(std::uint16_t local, std::uint16_t peer, std::uint64_t cookie) {
  fake::InetRow row;
  row.local = "10.0.0.1";
  row.local_port = local;
  row.peer = "10.0.0.2";
  row.peer_port = peer;
  row.state = 1;
  row.cookie = cookie;
  return fake::inet_row(row);
}

constexpr const char* one_connection = "src 10.0.0.1:4000 and dst 10.0.0.2:80";

TEST(Lookup, OneConnectionIsLookedUpAndNothingIsWalked) {
  Asking ask;
  ask.request.selection.filter = portscope::parse_query(one_connection);
  ask.diag.script_lookup({{established(4000, 80, 7)}});
  const auto pass = ask.dump(Transport::tcp);
  EXPECT_THAT(pass.rows, SizeIs(1)) << "whichever interface it was asked for, it is one";
  EXPECT_TRUE(pass.whole);
  EXPECT_THAT(ask.diag.asked, IsEmpty());
  ASSERT_FALSE(ask.diag.looked_up.empty());
  const auto request = sys::copy_from<inet_diag_req_v2>(ask.diag.looked_up[0].body);
  EXPECT_EQ(request.sdiag_family, AF_INET);
  EXPECT_EQ(request.id.idiag_sport, htons(4000));
  EXPECT_EQ(request.id.idiag_dport, htons(80));
  EXPECT_EQ(request.id.idiag_dst[0], htonl(0x0a000002));
  EXPECT_EQ(request.id.idiag_cookie[0], UINT32_MAX);
}

TEST(Lookup, TheListenerThatAnswersForADeadConnectionIsNotIt) {
  Asking ask;
  ask.request.selection.filter = portscope::parse_query(one_connection);
  fake::InetRow listener;
  listener.local_port = 4000;
  ask.diag.script_lookup({{fake::inet_row(listener)}});
  EXPECT_THAT(ask.dump(Transport::tcp).rows, IsEmpty());
  EXPECT_THAT(ask.diag.asked, IsEmpty());
}

TEST(Lookup, WhenTheKernelWillNotTheTableIsRead) {
  Asking ask;
  ask.request.selection.filter = portscope::parse_query(one_connection);
  ask.diag.script_lookup({{}, true, EINVAL});
  ask.diag.script(AF_INET, fake::both_at_once, {{{established(4000, 80, 7), established(4001, 80, 8)}}});
  EXPECT_THAT(ask.dump(Transport::tcp).rows, SizeIs(1));
}

}  // namespace
