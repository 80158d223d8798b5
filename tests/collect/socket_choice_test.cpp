// SPDX-License-Identifier: MIT
// What an iterator is told to leave out: never a socket that was asked for.
#include "collect/socket_choice.hpp"

#include <gtest/gtest.h>

#include "portscope/query.hpp"

namespace {

using portscope::Request;
using portscope::State;
using portscope::Transport;

constexpr std::uint32_t all = ~0U;

constexpr std::uint32_t bit(unsigned state) { return 1U << state; }

Request asking(const char* filter) {
  Request request;
  request.selection.filter = portscope::parse_query(filter);
  return request;
}

void expect_ports(const char* filter, std::uint16_t local, std::uint16_t peer) {
  const auto choice = collect::choice_for(asking(filter));
  EXPECT_EQ(choice.local_port, local) << filter;
  EXPECT_EQ(choice.peer_port, peer) << filter;
}

TEST(SocketChoice, OnePortOfEachEnd) {
  expect_ports("sport 80", 80, 0);
  expect_ports("sport 80 and dport 443 and name x", 80, 443);
  expect_ports("10.0.0.1:80", 80, 0);
  expect_ports("src 10.0.0.1:80 or src 10.0.0.2:80", 80, 0);
}

TEST(SocketChoice, NoPortWhereAnotherMayMatch) {
  for (const char* filter : {"sport 80 or dport 80", "sport 80 or pid 1", "not sport 80", "sport >= 80", "dport 0"}) {
    expect_ports(filter, 0, 0);
  }
}

TEST(SocketChoice, TheSamePortOfEveryProtocolThatIsAskedFor) {
  const char* const filter = "proto = udp or sport 80";
  expect_ports(filter, 0, 0);
  auto request = asking(filter);
  request.selection.transports = {Transport::tcp};
  EXPECT_EQ(collect::choice_for(request).local_port, 80);
}

TEST(SocketChoice, StatesAreThoseOfTheKernel) {
  Request request;
  EXPECT_EQ(collect::choice_for(request).tcp_states, all);
  request.selection.states = {State::established, State::bound};
  EXPECT_EQ(collect::choice_for(request).tcp_states & (bit(1) | bit(7) | bit(10)), bit(1) | bit(7));
  request.selection.states = portscope::every<State>();
  request.selection.listening_only = true;
  EXPECT_EQ(collect::choice_for(request).tcp_states, bit(10));
}

TEST(SocketChoice, WithoutPushDownEverything) {
  auto request = asking("sport 80");
  request.selection.listening_only = true;
  request.push_down = portscope::PushDown::off;
  const auto choice = collect::choice_for(request);
  EXPECT_EQ(choice.tcp_states, all);
  EXPECT_EQ(choice.local_port, 0);
}

}  // namespace
