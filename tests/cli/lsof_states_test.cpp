// SPDX-License-Identifier: MIT
#include "cli/lsof_states.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/command_line.hpp"

namespace {

using cli::filter_of;
using cli::is_lsof_states;
using cli::read_lsof_states;
using portscope::State;
using testing::HasSubstr;

std::string filter(const std::string& text) { return filter_of(read_lsof_states({text})); }

TEST(LsofStates, AreKnownByTheirShape) {
  for (const char* text : {"TCP:LISTEN", "tcp:listen", "TCP:^TIME_WAIT", "UDP:Idle", "TCP:LISTEN,ESTABLISHED"}) {
    EXPECT_TRUE(is_lsof_states(text)) << text;
  }
  for (const char* text : {"", "TCP", "TCP:", "tcp:80", "LISTEN", "an", "sctp:LISTEN", "TCP@x:LISTEN", ":LISTEN"}) {
    EXPECT_FALSE(is_lsof_states(text)) << text;
  }
}

/// lsof 4.95: `-i -sTCP:LISTEN` shows no UDP socket, `-i -sTCP:^LISTEN` shows all of them.
TEST(LsofStates, ThoseWantedAreOfTcpAndThoseExcludedLeaveOtherProtocols) {
  EXPECT_EQ(filter("TCP:LISTEN"), "proto = tcp and state = listen");
  EXPECT_EQ(filter("TCP:LISTEN,ESTABLISHED"), "proto = tcp and state in (listen,established)");
  EXPECT_EQ(filter("TCP:^TIME_WAIT"), "not ( proto = tcp and state = time_wait )");
  EXPECT_EQ(filter("TCP:^LISTEN,^CLOSE_WAIT"), "not ( proto = tcp and state in (listen,close_wait) )");
  EXPECT_EQ(filter("TCP:^LISTEN,ESTABLISHED"), "proto = tcp and state = established");
}

TEST(LsofStates, OfAnySpelling) {
  EXPECT_EQ(filter("tcp:listen"), "proto = tcp and state = listen");
  EXPECT_EQ(filter("TCP:SYN_RECV,FIN_WAIT1"), "proto = tcp and state in (syn_received,fin_wait_1)");
}

TEST(LsofStates, OfOtherProtocolsAreRefused) {
  const std::string word = "-sUDP:Idle";
  const auto error = fake::error_of([&] { read_lsof_states({word, 2}); });
  EXPECT_THAT(error.what(), HasSubstr("state unconnected"));
  EXPECT_EQ(fake::marked(error), "UDP");
}

TEST(LsofStates, WrongOnesAreMarked) {
  const std::string word = "-sTCP:LISTEN,^FOO";
  const auto error = fake::error_of([&] { read_lsof_states({word, 2}); });
  EXPECT_STREQ(error.what(), "'FOO' is no state");
  EXPECT_EQ(fake::marked(error), "FOO");
  EXPECT_THAT(fake::error_of([] { (void)filter("TCP:LISTEN,^LISTEN"); }).what(), HasSubstr("is excluded"));
}

}  // namespace
