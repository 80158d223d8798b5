// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "portscope/query.hpp"
#include "portscope/selection.hpp"

namespace {

using portscope::EnumSet;
using portscope::every;
using portscope::Family;
using portscope::Selection;
using portscope::State;
using portscope::Transport;

Selection narrowed(const char* filter) {
  Selection selection;
  selection.transports = every<Transport>();
  selection.filter = portscope::parse_query(filter);
  narrow(selection);
  return selection;
}

TEST(Narrow, ProtocolsThatCannotMatchAreNotRead) {
  EXPECT_EQ(narrowed("tcp").transports, EnumSet<Transport>{Transport::tcp});
  EXPECT_EQ(narrowed("rtt > 5ms").transports, EnumSet<Transport>{Transport::tcp});
  EXPECT_EQ(narrowed("/run/x").transports, EnumSet<Transport>{Transport::unix_socket});
  EXPECT_EQ(narrowed("8080/udp or tcp:80").transports, (EnumSet<Transport>{Transport::tcp, Transport::udp}));
  EXPECT_FALSE(narrowed("sport 80").transports.contains(Transport::unix_socket));
  EXPECT_TRUE(narrowed("not sport 80").transports.contains(Transport::unix_socket));
  EXPECT_EQ(narrowed("not tcp").transports, every<Transport>() - EnumSet<Transport>{Transport::tcp});
}

TEST(Narrow, StatesAndFamiliesLikewise) {
  EXPECT_EQ(narrowed("state listen tcp").states, EnumSet<State>{State::listen});
  EXPECT_EQ(narrowed("tcp and (state listen or sport 1 and state estab)").states,
            (EnumSet<State>{State::listen, State::established}));
  EXPECT_EQ(narrowed("family ipv6").families, EnumSet<Family>{Family::ipv6});
  EXPECT_EQ(narrowed("src inet6:*:80").families, EnumSet<Family>{Family::ipv6});
  EXPECT_EQ(narrowed("src unix:*bus*").transports, EnumSet<Transport>{Transport::unix_socket});
  EXPECT_EQ(narrowed("udp").states, (EnumSet<State>{State::established, State::unconnected}));
}

TEST(Narrow, WhatCanNeverBeLeavesNothing) {
  EXPECT_TRUE(narrowed("udp and state listen").transports.empty());
  EXPECT_TRUE(narrowed("udp and rtt > 5ms").transports.empty());
  EXPECT_TRUE(narrowed("family ipv6 and proto unix").transports.empty());
  EXPECT_TRUE(narrowed("state listen and dport 80").transports.empty()) << "who listens has no peer";
  EXPECT_FALSE(narrowed("state listen and dport < 80").transports.empty()) << "which is port 0, as in ss";
  EXPECT_TRUE(narrowed("family ipv4 and ::1").transports.empty());
  EXPECT_TRUE(narrowed("packet and 8080").transports.empty());
  EXPECT_TRUE(narrowed("tcp and state listen and age > 1s").transports.empty());
}

}  // namespace
