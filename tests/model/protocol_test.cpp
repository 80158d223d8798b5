// SPDX-License-Identifier: MIT
#include "portscope/protocol.hpp"

#include <gtest/gtest.h>

#include "support/printers.hpp"

namespace {

using portscope::EnumSet;
using portscope::every;
using portscope::State;
using portscope::Transport;
using States = EnumSet<State>;

TEST(State, EveryCommonSpellingIsRead) {
  const std::vector<std::pair<const char*, State>> spellings{
      {"listen", State::listen},
      {"LISTEN", State::listen},
      {"listening", State::listen},
      {"Listening", State::listen},
      {"established", State::established},
      {"ESTABLISHED", State::established},
      {"estab", State::established},
      {"ESTAB", State::established},
      {"syn-sent", State::syn_sent},
      {"SYN_SENT", State::syn_sent},
      {"syn-recv", State::syn_received},
      {"SYN_RECV", State::syn_received},
      {"syn_received", State::syn_received},
      {"fin-wait-1", State::fin_wait_1},
      {"FIN_WAIT1", State::fin_wait_1},
      {"fin_wait_1", State::fin_wait_1},
      {"FIN-WAIT-2", State::fin_wait_2},
      {"FIN_WAIT2", State::fin_wait_2},
      {"close-wait", State::close_wait},
      {"CLOSE_WAIT", State::close_wait},
      {"last-ack", State::last_ack},
      {"LAST_ACK", State::last_ack},
      {"closing", State::closing},
      {"time-wait", State::time_wait},
      {"time_wait", State::time_wait},
      {"TIME_WAIT", State::time_wait},
      {"closed", State::closed},
      {"CLOSE", State::closed},
      {"unconn", State::unconnected},
      {"UNCONN", State::unconnected},
      {"unconnected", State::unconnected},
      {"bound", State::bound},
      {"bound-inactive", State::bound},
  };
  for (const auto& [spelling, state] : spellings) EXPECT_EQ(portscope::parse_state(spelling), state) << spelling;
}

TEST(State, EveryNameIsASpellingOfItself) {
  for (std::size_t i = 0; i < portscope::Names<State>::list.size(); ++i) {
    const auto state = static_cast<State>(i);
    EXPECT_EQ(portscope::parse_state(portscope::name(state)), state);
    EXPECT_EQ(portscope::named<State>(portscope::name(state)), state);
  }
}

TEST(State, WhatIsNoStateIsRefused) {
  for (const char* word : {"", "list", "listener", "fin_wait_3", "wait", "all", "time wait", "-"}) {
    EXPECT_FALSE(portscope::parse_state(word)) << word;
  }
}

TEST(State, GroupsMeanWhatTheyMeanInSs) {
  const auto group = [](const char* name) { return portscope::parse_states(name).value(); };
  EXPECT_EQ(group("all"), every<State>());
  EXPECT_EQ(group("bucket"), (States{State::syn_received, State::time_wait}));
  EXPECT_EQ(group("big"), every<State>() - group("bucket"));
  const States connected{State::established, State::syn_sent, State::syn_received, State::fin_wait_1, State::fin_wait_2,
                         State::close_wait,  State::last_ack, State::closing,      State::time_wait};
  EXPECT_EQ(group("connected"), connected);
  EXPECT_EQ(group("synchronized"), connected - States{State::syn_sent});
  EXPECT_EQ(group("estab"), States{State::established});
  EXPECT_FALSE(portscope::parse_states("everything"));
}

TEST(EnumSet, DoesWhatSetsDo) {
  States set{State::listen};
  set.insert(State::bound);
  EXPECT_TRUE(set.contains(State::listen) && set.contains(State::bound));
  set.erase(State::listen);
  EXPECT_EQ(set, States{State::bound});
  EXPECT_TRUE((set & States{State::listen}).empty());
  EXPECT_EQ((set | States{State::listen}) - set, States{State::listen});
  EXPECT_EQ(every<State>() - every<State>(), States{});
}

TEST(Transport, NamesAreThoseOfTheContract) {
  EXPECT_EQ(portscope::name(Transport::unix_socket), "unix");
  EXPECT_EQ(portscope::named<Transport>("udplite"), Transport::udplite);
  EXPECT_FALSE(portscope::named<Transport>("TCP"));
  EXPECT_FALSE(portscope::inet_transports.contains(Transport::unix_socket));
}

}  // namespace
