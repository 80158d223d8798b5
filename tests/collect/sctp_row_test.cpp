// SPDX-License-Identifier: MIT
#include "collect/sctp_row.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/asking.hpp"
#include "support/printers.hpp"
#include "support/sockets.hpp"

namespace {

using collect::SctpRow;
using fake::Asking;
using fake::end;
using portscope::DetailId;
using portscope::DetailKind;
using portscope::Endpoint;
using portscope::State;
using portscope::Transport;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

SctpRow endpoint(std::uint64_t cookie, State state) {
  SctpRow row{fake::listener("10.0.0.1", 5000), false, {end("10.0.0.1", 5000), end("10.0.1.1", 5000)}, {}};
  row.socket.transport = Transport::sctp;
  row.socket.state = state;
  row.socket.cookie = cookie;
  return row;
}

SctpRow association(std::uint64_t cookie, std::uint16_t peer_port) {
  SctpRow row{fake::connection(end("10.0.0.1", 5000), end("10.0.0.9", peer_port)),
              true,
              {end("10.0.0.1", 5000)},
              {end("10.0.0.9", peer_port), end("10.0.1.9", peer_port)}};
  row.socket.transport = Transport::sctp;
  row.socket.cookie = cookie;
  return row;
}

collect::Pass kept(Asking& asking, std::vector<SctpRow> rows) {
  const sys::Proc proc = asking.tree.open();
  collect::Pass pass;
  collect::keep_sctp({{asking.diag, proc}, asking.request, asking.strings, asking.details}, pass, std::move(rows));
  return pass;
}

TEST(SctpRow, AListenerAndItsAssociationsAreEachARow) {
  Asking asking;
  const auto pass = kept(asking, {endpoint(7, State::listen), association(7, 1), association(7, 2)});
  ASSERT_THAT(pass.rows, SizeIs(3));
  EXPECT_EQ(pass.rows[0].state, State::listen);
}

TEST(SctpRow, AnEndpointThatMerelyCarriesAnAssociationIsThatAssociation) {
  Asking asking;
  const auto pass = kept(asking, {endpoint(7, State::established), association(7, 1)});
  ASSERT_THAT(pass.rows, SizeIs(1));
  EXPECT_TRUE(five_tuple(pass.rows[0]));
}

TEST(SctpRow, AnEndpointWithoutAssociationsStays) {
  Asking asking;
  EXPECT_THAT(kept(asking, {endpoint(7, State::bound), association(8, 1)}).rows, SizeIs(2));
}

// sctp_for_each_endpoint() and the walk over the associations both lead to it.
TEST(SctpRow, AnEndpointIsThereOnceHoweverOftenItIsListed) {
  Asking asking;
  const auto pass = kept(asking, {endpoint(7, State::listen), endpoint(7, State::listen), association(7, 1),
                                  endpoint(7, State::listen), association(7, 2)});
  EXPECT_THAT(pass.rows, SizeIs(3));
}

TEST(SctpRow, WithoutACookieTheInodeTells) {
  Asking asking;
  auto one = endpoint(0, State::established);
  one.socket.inode = 70;
  auto carried = association(0, 1);
  carried.socket.inode = 70;
  auto other = endpoint(0, State::listen);
  other.socket.inode = 71;
  EXPECT_THAT(kept(asking, {one, carried, other}).rows, SizeIs(2));
}

TEST(SctpRow, RowsWithoutAnyNumberAreNotTakenForOne) {
  Asking asking;
  EXPECT_THAT(kept(asking, {endpoint(0, State::bound), endpoint(0, State::bound), association(0, 1)}).rows, SizeIs(3));
}

TEST(SctpRow, AllAddressesOfBothEndsAreKept) {
  Asking asking;
  const auto pass = kept(asking, {endpoint(7, State::listen), association(7, 9)});
  ASSERT_THAT(pass.rows, SizeIs(2));
  const auto list = [&](int row, DetailKind kind) {
    return asking.details.list<Endpoint>(pass.rows[static_cast<std::size_t>(row)].details, kind);
  };
  EXPECT_THAT(list(0, DetailKind::sctp_locals), ElementsAre(end("10.0.0.1", 5000), end("10.0.1.1", 5000)));
  EXPECT_THAT(list(0, DetailKind::sctp_peers), IsEmpty());
  EXPECT_THAT(list(1, DetailKind::sctp_peers), ElementsAre(end("10.0.0.9", 9), end("10.0.1.9", 9)));
}

TEST(SctpRow, WhatIsNotWantedLeavesNothingBehind) {
  Asking asking;
  asking.request.selection.states = {State::listen};
  EXPECT_THAT(kept(asking, {association(7, 1)}).rows, IsEmpty());
  EXPECT_EQ(asking.details.add({}, DetailKind::mark, {}), DetailId{1}) << "the first detail of all";
}

// enum sctp_state, include/net/sctp/constants.h
TEST(SctpRow, StatesOfAssociationsAreThoseOfConnections) {
  const std::vector<State> states{State::closed,      State::syn_sent,   State::syn_sent,
                                  State::established, State::fin_wait_1, State::fin_wait_2,
                                  State::close_wait,  State::last_ack,   State::closed};
  for (unsigned number = 0; number < states.size(); ++number) {
    EXPECT_EQ(collect::association_state(number), states[number]) << number;
  }
}

// enum sctp_sock_state, the same place
TEST(SctpRow, StatesOfEndpointsAreNumbersOfTcp) {
  for (const auto& [number, state] :
       {std::pair{1U, State::established}, std::pair{2U, State::syn_sent}, std::pair{7U, State::bound},
        std::pair{8U, State::close_wait}, std::pair{10U, State::listen}, std::pair{3U, State::closed}}) {
    EXPECT_EQ(collect::endpoint_state(number), state) << number;
  }
}

}  // namespace
