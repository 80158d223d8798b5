// SPDX-License-Identifier: MIT
#include "cli/lsof_internet.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/command_line.hpp"

namespace {

using cli::is_lsof_internet;
using cli::read_lsof_internet;
using testing::HasSubstr;

TEST(LsofInternet, IsKnownByItsShape) {
  for (const char* text : {":8080", ":80,443", ":https", "TCP", "tcp", "Udp", "UDPLITE", "TCP:80", "udp:53",
                           "TCP@10.0.0.1", "@[::1]:22", "@10.0.0.1:443", "4", "6", "4TCP", "6udp:53", "4@10.0.0.1"}) {
    EXPECT_TRUE(is_lsof_internet(text)) << text;
  }
}

TEST(LsofInternet, OtherWordsAreNot) {
  for (const char* text : {"", "n", "nP", "8080", "46", "tcpx", "eth0", "10.0.0.1:80", "sctp:80", "unix", "/run/x",
                           "4n", "state", "TCP4", "tcp/80"}) {
    EXPECT_FALSE(is_lsof_internet(text)) << text;
  }
}

struct Shape {
  const char* text;
  const char* filter;
  const char* target;
};

class LsofInternetShape : public testing::TestWithParam<Shape> {};

TEST_P(LsofInternetShape, BecomesAFilterAndATarget) {
  const auto& [text, filter, target] = GetParam();
  const std::string word = std::string("-i") + text;
  const auto read = read_lsof_internet({word, 2});
  EXPECT_EQ(read.filter, filter) << text;
  EXPECT_EQ(read.target, target) << text;
}

INSTANTIATE_TEST_SUITE_P(
    All, LsofInternetShape,
    testing::Values(
        Shape{":8080", "port = 8080", ":8080"}, Shape{":8000-8010", "port = 8000-8010", ":8000-8010"},
        Shape{":80,443", "port in (80,443)", "'port in (80,443)'"}, Shape{":https", "port = https", "'port = https'"},
        Shape{":http-alt,8000-8010", "port in (http-alt,8000-8010)", "'port in (http-alt,8000-8010)'"},
        Shape{"TCP", "proto = tcp", "tcp"}, Shape{"UDPLite", "proto = udplite", "udplite"},
        Shape{"uDp:53", "proto = udp and port = 53", "udp:53"},
        Shape{"TCP:80,443", "proto = tcp and port in (80,443)", "'proto = tcp and port in (80,443)'"},
        Shape{"4", "family = ipv4", "-4"}, Shape{"6TCP", "family = ipv6 and proto = tcp", "-6 tcp"},
        Shape{"4TCP:22", "family = ipv4 and proto = tcp and port = 22", "-4 tcp:22"},
        Shape{"@10.0.0.1", "( src = 10.0.0.1 or dst = 10.0.0.1 )", "10.0.0.1"},
        Shape{"@[::1]", "( src = [::1] or dst = [::1] )", "[::1]"},
        Shape{"@[::1]:22", "( src = [::1]:22 or dst = [::1]:22 )", "[::1]:22"},
        Shape{"TCP@10.0.0.1:443", "proto = tcp and ( src = 10.0.0.1:443 or dst = 10.0.0.1:443 )", "tcp:10.0.0.1:443"},
        Shape{"@10.0.0.1:80,443",
              "( ( src = 10.0.0.1 and sport in (80,443) ) or ( dst = 10.0.0.1 and dport in (80,443) ) )",
              "'( ( src = 10.0.0.1 and sport in (80,443) ) or ( dst = 10.0.0.1 and dport in (80,443) ) )'"}));

struct Wrong {
  const char* text;
  const char* message;
  const char* marked;
};

class WrongLsofInternet : public testing::TestWithParam<Wrong> {};

TEST_P(WrongLsofInternet, IsToldAndMarked) {
  const auto& [text, message, part] = GetParam();
  const std::string word = std::string("-nPi") + text;
  ASSERT_TRUE(is_lsof_internet(text));
  const auto error = fake::error_of([&] { read_lsof_internet({word, 4}); });
  EXPECT_THAT(error.what(), HasSubstr(message)) << text;
  EXPECT_EQ(error.mark().word, word);
  EXPECT_EQ(fake::marked(error), part) << text;
}

INSTANTIATE_TEST_SUITE_P(
    All, WrongLsofInternet,
    testing::Values(Wrong{":99999", "port 99999 is above 65535", "99999"}, Wrong{":80,70000", "above 65535", "70000"},
                    Wrong{":99999999999999999999", "above 65535", "99999999999999999999"},
                    Wrong{":0", "port 0 is no port", "0"}, Wrong{":80a", "'80a' is no port", "80a"},
                    Wrong{":90-80", "ends before it begins", "90-80"}, Wrong{"TCP:", "a port is missing", "TCP:"},
                    Wrong{":80,", "a port is missing", ":80,"}, Wrong{":80-", "a port is missing", ":80-"},
                    Wrong{":ht tp", "'ht tp' is no port", "ht tp"}, Wrong{"@foo", "getent hosts foo", "foo"},
                    Wrong{"TCP@foo:80", "-x --info @foo", "foo"},
                    Wrong{"@10.0.0.0/8", "is no IP address", "10.0.0.0/8"}, Wrong{"@::1", "stands in brackets", "@"},
                    Wrong{"@[::1", "is no IP address", "[::1"}));

}  // namespace
