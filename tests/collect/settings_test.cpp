// SPDX-License-Identifier: MIT
#include "collect/settings.hpp"

#include <gtest/gtest.h>

#include "collect/counters.hpp"
#include "support/fake_proc.hpp"

namespace {

using portscope::PortRange;
using Ranges = std::vector<PortRange>;

portscope::NetSettings settings_of(const std::string& file, std::string_view content) {
  fake::Proc tree;
  return collect::read_settings(tree.file(file, content).open());
}

std::optional<PortRange> range(std::string_view text) {
  return settings_of("sys/net/ipv4/ip_local_port_range", text).local_port_range;
}

std::optional<Ranges> reserved(std::string_view text) {
  return settings_of("sys/net/ipv4/ip_local_reserved_ports", text).reserved_ports;
}

TEST(Settings, WithoutFilesNothingIsKnown) {
  const auto settings = collect::read_settings(fake::Proc().open());
  EXPECT_FALSE(settings.somaxconn || settings.local_port_range || settings.reserved_ports);
  EXPECT_FALSE(settings.segments_out || settings.segments_retransmitted);
  EXPECT_FALSE(settings.listen_overflows || settings.listen_drops);
}

TEST(Settings, SomaxconnIsANumber) {
  EXPECT_EQ(settings_of("sys/net/core/somaxconn", "4096\n").somaxconn, 4096U);
  EXPECT_EQ(settings_of("sys/net/core/somaxconn", "many\n").somaxconn, std::nullopt);
}

TEST(Settings, TheRangeIsTwoNumbers) {
  EXPECT_EQ(range("32768\t60999\n"), (PortRange{32768, 60999}));
  for (const char* text : {"", "\n", "32768\n", "60999\t32768\n", "32768\t70000\n", "a\tb\n"}) {
    EXPECT_EQ(range(text), std::nullopt) << text;
  }
}

TEST(Settings, ReservedPortsAreAList) {
  EXPECT_EQ(reserved("\n"), Ranges{}) << "none is not unknown";
  EXPECT_EQ(reserved("1,5-9,65535\n"), (Ranges{{1, 1}, {5, 9}, {65535, 65535}}));
  for (const char* text : {"1,,2\n", "9-5\n", "5-\n", "x\n", "65536\n"})
    EXPECT_EQ(reserved(text), std::nullopt) << text;
}

/// The kernel ends the list wherever its reader's buffer does.
TEST(Settings, AListThatWasCutIsNotTheList) { EXPECT_EQ(reserved("1,5-9,655"), std::nullopt); }

TEST(Settings, CountersStandUnderTheirNames) {
  fake::Proc tree;
  tree.net("snmp", "Ip: Forwarding OutSegs\nIp: 1 99\nTcp: MaxConn OutSegs RetransSegs\nTcp: -1 4000000000000 3\n");
  tree.net("netstat", "TcpExt: ListenOverflows ListenDrops\nTcpExt: 7 8\nIpExt: ListenDrops\nIpExt: 1\n");
  const auto settings = collect::read_settings(tree.open());
  EXPECT_EQ(settings.segments_out, 4'000'000'000'000U);
  EXPECT_EQ(settings.segments_retransmitted, 3U);
  EXPECT_EQ(settings.listen_overflows, 7U);
  EXPECT_EQ(settings.listen_drops, 8U);
}

TEST(Counter, IsNothingWhereTheTableIsNotWhatItShouldBe) {
  EXPECT_EQ(collect::counter("", "Tcp:", "A"), std::nullopt);
  EXPECT_EQ(collect::counter("Tcp: A\n", "Tcp:", "A"), std::nullopt) << "no numbers";
  EXPECT_EQ(collect::counter("Tcp: A B\nTcp: 1\n", "Tcp:", "B"), std::nullopt) << "too few";
  EXPECT_EQ(collect::counter("Tcp: A\nTcp: -1\n", "Tcp:", "A"), std::nullopt);
  EXPECT_EQ(collect::counter("Tcp: A\nUdp: 1\n", "Tcp:", "A"), std::nullopt);
  EXPECT_EQ(collect::counter("Udp: A\nUdp: 1\nTcp: A\nTcp: 2", "Tcp:", "A"), 2U);
}

}  // namespace
