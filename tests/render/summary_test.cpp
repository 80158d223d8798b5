// SPDX-License-Identifier: MIT
#include "render/summary.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/text.hpp"
#include "support/golden.hpp"
#include "support/sample_snapshot.hpp"
#include "support/sockets.hpp"

namespace {

using portscope::PortRange;
using portscope::Shutdown;
using portscope::Snapshot;
using portscope::Socket;
using portscope::State;
using render::Look;
using testing::HasSubstr;
using testing::Not;

void add_client(Snapshot& snapshot, std::uint16_t port, const char* server) {
  Socket socket = fake::connection(fake::end("10.0.0.1", port), fake::end(server, 443));
  socket.inode = 13;
  socket.owner_status = portscope::OwnerStatus::known;
  snapshot.sockets.push_back(socket);
}

/// The sample machine in trouble of every kind: its services listen where clients get their ports,
/// and of those there are few.
Snapshot troubled() {
  Snapshot snapshot = sample::snapshot();
  snapshot.settings.local_port_range = PortRange{9000, 9009};
  snapshot.settings.reserved_ports = std::vector<PortRange>{{9001, 9001}};
  snapshot.settings.segments_out = 9'000;
  snapshot.settings.segments_retransmitted = 37;
  snapshot.settings.listen_overflows = 1'300;
  snapshot.settings.listen_drops = 1'301;
  snapshot.settings.somaxconn = 128;
  for (std::uint16_t port = 9002; port <= 9009; ++port) add_client(snapshot, port, "198.51.100.1");
  add_client(snapshot, 9005, "2001:db8::7");
  for (const char* server : {"198.51.100.2", "198.51.100.3", "198.51.100.4", "198.51.100.5"}) {
    add_client(snapshot, 9002, server);
  }
  snapshot.sockets.back().state = State::time_wait;
  add_client(snapshot, 80, "192.0.2.99");
  Socket& orphan = snapshot.sockets.back();
  orphan.inode = 0;
  orphan.state = State::fin_wait_1;
  orphan.shutdown = Shutdown::both;
  return snapshot;
}

std::string table(const Snapshot& snapshot, const Look& look = {}) {
  return sample::written(
      [&](const auto& sink) { render::write_summary(portscope::summarize(snapshot), snapshot, look, sink); });
}

std::string json(const Snapshot& snapshot) {
  return sample::written(
      [&](const auto& sink) { render::write_summary_json(portscope::summarize(snapshot), snapshot, {}, sink); });
}

TEST(SummaryTable, TellsOfTrouble) { EXPECT_TRUE(golden::matches(table(troubled()), "summary-trouble.txt")); }

TEST(SummaryTable, OnATerminalOf60Columns) {
  Look look;
  look.width = 60;
  EXPECT_TRUE(golden::matches(table(troubled(), look), "summary-trouble-60.txt"));
}

TEST(SummaryTable, IsNeverWiderThanTheTerminal) {
  const Snapshot snapshot = troubled();
  Look look;
  for (unsigned width = 1; width <= 150; ++width) {
    look.width = width;
    const std::string text = table(snapshot, look);
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = text.find('\n', begin);
      ASSERT_LE(render::display_width(std::string_view(text).substr(begin, end - begin)), width);
      begin = end + 1;
    }
  }
}

TEST(SummaryTable, SaysNothingWhereNothingIsToBeSaid) {
  Snapshot snapshot;
  snapshot.settings = troubled().settings;
  snapshot.settings.segments_retransmitted = 0;
  snapshot.settings.listen_overflows = 0;
  snapshot.sockets = {fake::listener("0.0.0.0", 80)};
  EXPECT_EQ(table(snapshot), "PROTO  STATE   SOCKETS  IPV4  IPV6\ntcp    listen        1     1     0\n");
}

TEST(SummaryTable, ASmallShareIsNotNone) {
  Snapshot snapshot = troubled();
  snapshot.settings.segments_out = 1'000'000'000'000;
  EXPECT_THAT(table(snapshot), HasSubstr("less than 0.0001% of what TCP sent"));
  snapshot.settings.segments_out.reset();
  EXPECT_THAT(table(snapshot), Not(HasSubstr("what TCP sent")));
}

TEST(SummaryTable, OverflowsOfListenersThatAreGoneAreTold) {
  Snapshot snapshot;
  snapshot.settings.listen_overflows = 1;
  EXPECT_THAT(table(snapshot), Not(HasSubstr("refused"))) << "nobody asked for TCP";
  snapshot.sockets = {fake::listener("::", 1)};
  EXPECT_THAT(table(snapshot), HasSubstr("1 connection was refused because a queue was full"));
  EXPECT_THAT(table(snapshot), Not(HasSubstr("Listeners")));
}

/// A process chooses its name; it may hold the most sockets of all.
TEST(SummaryTable, HostileNamesAreHarmless) {
  Snapshot snapshot = troubled();
  for (auto& process : snapshot.processes)
    process.name = snapshot.strings.intern(
        "a\x1b[31m\n\xe2\x80\xae"
        "9  \xff");
  const std::string text = table(snapshot);
  EXPECT_THAT(text, HasSubstr(R"(a\x1b[31m\n\u202e9  \xff)"));
  for (std::string_view rest = text; !rest.empty();) {
    const auto point = render::next_codepoint(rest);
    ASSERT_TRUE(point.value == '\n' || render::is_printable(point.value)) << std::hex << point.value;
    rest.remove_prefix(point.length);
  }
}

TEST(SummaryJson, TellsOfTrouble) { EXPECT_TRUE(golden::matches(json(troubled()), "summary-trouble.json")); }

TEST(SummaryJson, WhatIsUnknownIsNull) {
  const std::string text = json(Snapshot{});
  EXPECT_THAT(text, HasSubstr(R"("ephemeral_ports":null)"));
  EXPECT_THAT(text, HasSubstr(R"({"segments_out":null,"segments_retransmitted":null,"share_ppm":null})"));
  EXPECT_THAT(text, HasSubstr(R"("overflowed_listeners":[],"listen_overflows":null,"listen_drops":null})"));
}

TEST(SummaryJson, LongListsAreCutAndCounted) {
  Snapshot snapshot = troubled();
  snapshot.settings.local_port_range = PortRange{1, 65535};
  for (int i = 0; i < 1500; ++i)
    add_client(snapshot, 9005, ("10.1." + std::to_string(i / 250) + "." + std::to_string(i % 250)).c_str());
  for (int i = 0; i < 30; ++i) {
    portscope::Process process;
    process.pid = 10'000 + i;
    snapshot.processes.push_back(process);
    snapshot.holders.push_back({13, static_cast<std::uint32_t>(snapshot.processes.size() - 1), 3, 0});
  }
  std::sort(snapshot.holders.begin(), snapshot.holders.end());
  const std::string text = json(snapshot);
  // Without these there are 8 destinations, and 7 processes that hold something.
  EXPECT_THAT(text, HasSubstr(R"("destinations_left_out":508)"));
  EXPECT_THAT(text, HasSubstr(R"("processes_left_out":17)"));
  EXPECT_THAT(text, HasSubstr(R"("sources_left_out":0)"));
}

}  // namespace
