// SPDX-License-Identifier: MIT
#include "model/target_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/printers.hpp"
#include "support/queries.hpp"

namespace {

using portscope::Address;
using portscope::PortRange;
using portscope::Prefix;
using portscope::Target;
using portscope::Transport;
using testing::HasSubstr;

Target ports(std::uint16_t first, std::uint16_t last) {
  Target target;
  target.ports = PortRange{first, last};
  return target;
}

/// What a filter of that one word asks for.
Target parse_target(const std::string& word) {
  const auto filter = portscope::parse_query(word);
  return std::get<std::vector<Target>>(filter.condition.values).front();
}

Prefix prefix(const char* address, std::uint8_t bits) { return {Address::parse(address).value(), bits}; }

TEST(Target, BehindSrcAndDstTheFamilyMayStandBeforeTheAddress) {
  Target target = ports(443, 443);
  target.family = portscope::Family::ipv4;
  EXPECT_EQ(parse_target("src inet:*:443"), target);
  target.address = prefix("10.0.0.0", 96 + 8);
  EXPECT_EQ(parse_target("src inet:10.0.0.0/8:443"), target);
  target = {};
  target.family = portscope::Family::ipv6;
  target.address = prefix("::1", 128);
  EXPECT_EQ(parse_target("dst inet6:[::1]"), target);
  target = {};
  target.family = portscope::Family::unix_socket;
  target.name_pattern = "*bus*";
  EXPECT_EQ(parse_target("dst unix:*bus*"), target);
  target = {};
  target.transport = Transport::vsock;
  target.cid = 3;
  EXPECT_EQ(parse_target("dst vsock:3"), target);
  target.ports = PortRange{100000, 100000};
  EXPECT_EQ(parse_target("src vsock:3:100000"), target);
  target.cid.reset();
  EXPECT_EQ(parse_target("src vsock:*:100000"), target);
  EXPECT_THAT([] { parse_target("src vsock:web:1"); },
              testing::ThrowsMessage<portscope::QueryError>(HasSubstr("'web' is no context id")));
  EXPECT_THAT([] { parse_target("src vsock::1"); },
              testing::ThrowsMessage<portscope::QueryError>(HasSubstr("a context id is missing")));
  EXPECT_THAT([] { parse_target("src inet6:10.0.0.1"); },
              testing::ThrowsMessage<portscope::QueryError>(HasSubstr("'10.0.0.1' is no address of ipv6")));
  EXPECT_THAT([] { parse_target("src unix:"); }, testing::ThrowsMessage<portscope::QueryError>(HasSubstr("a path")));
  EXPECT_THAT([] { parse_target("src link:arp"); },
              testing::ThrowsMessage<portscope::QueryError>(HasSubstr("'proto = packet'")));
}

TEST(Target, BehindSrcAndDstANameMayBeAPattern) {
  EXPECT_EQ(parse_target("src /run/*").name_pattern, "/run/*");
  EXPECT_EQ(parse_target("dst @a?c").name_pattern, "@a?c");
  EXPECT_EQ(parse_target("src /run/x.sock").path, "/run/x.sock");
  EXPECT_EQ(parse_target("'/run/*'").path, "/run/*") << "a target is what stands there";
}

TEST(Target, APortInItsShapes) {
  EXPECT_EQ(parse_target("8080"), ports(8080, 8080));
  EXPECT_EQ(parse_target(":8080"), ports(8080, 8080));
  EXPECT_EQ(parse_target("*:8080"), ports(8080, 8080));
  EXPECT_EQ(parse_target("8000-8999"), ports(8000, 8999));
  EXPECT_EQ(parse_target(":8000-8999"), ports(8000, 8999));
  EXPECT_EQ(parse_target("1"), ports(1, 1));
  EXPECT_EQ(parse_target("65535"), ports(65535, 65535));
}

TEST(Target, AProtocolBeforeOrBehind) {
  Target tcp = ports(8080, 8080);
  tcp.transport = Transport::tcp;
  EXPECT_EQ(parse_target("8080/tcp"), tcp);
  EXPECT_EQ(parse_target("tcp:8080"), tcp);
  Target dns = ports(53, 53);
  dns.transport = Transport::udp;
  dns.address = prefix("127.0.0.1", 128);
  EXPECT_EQ(parse_target("127.0.0.1:53/udp"), dns);
  EXPECT_EQ(parse_target("udp:127.0.0.1:53"), dns);
}

TEST(Target, AnAddressWithAPort) {
  Target target = ports(8080, 8080);
  target.address = prefix("127.0.0.1", 128);
  EXPECT_EQ(parse_target("127.0.0.1:8080"), target);
  target = ports(22, 22);
  target.address = prefix("::1", 128);
  EXPECT_EQ(parse_target("[::1]:22"), target);
}

TEST(Target, AnAddressAlone) {
  Target target;
  target.address = prefix("::1", 128);
  EXPECT_EQ(parse_target("::1"), target);
  EXPECT_EQ(parse_target("[::1]"), target);
  EXPECT_EQ(parse_target("[::1]:*"), target);
  target.address = prefix("10.0.0.1", 128);
  EXPECT_EQ(parse_target("10.0.0.1"), target);
  EXPECT_EQ(parse_target("::ffff:10.0.0.1"), target);
}

TEST(Target, ANetwork) {
  Target target;
  target.address = prefix("10.0.0.0", 96 + 8);
  EXPECT_EQ(parse_target("10.0.0.0/8"), target);
  target.ports = PortRange{443, 443};
  EXPECT_EQ(parse_target("10.0.0.0/8:443"), target);
  Target six;
  six.address = prefix("2001:db8::", 32);
  EXPECT_EQ(parse_target("2001:db8::/32"), six);
  six.address = prefix("0.0.0.0", 96);
  EXPECT_EQ(parse_target("0.0.0.0/0"), six);
}

TEST(Target, UnixNames) {
  EXPECT_EQ(parse_target("/run/x.sock").path, "/run/x.sock");
  EXPECT_EQ(parse_target("/run/8080/tcp").path, "/run/8080/tcp") << "no protocol behind a path";
  EXPECT_EQ(parse_target("@abstract").abstract_name, "abstract");
}

struct WrongText {
  const char* word;
  const char* message;  ///< a part of it
  const char* marked;
};

class WrongTarget : public testing::TestWithParam<WrongText> {};

TEST_P(WrongTarget, IsToldAndMarked) {
  const auto& [word, message, part] = GetParam();
  const auto error = fake::query_error(word);
  EXPECT_THAT(error.what(), HasSubstr(message)) << word;
  EXPECT_EQ(error.text(), word);
  EXPECT_EQ(fake::marked(error), part) << word;
}

INSTANTIATE_TEST_SUITE_P(
    Target, WrongTarget,
    testing::Values(WrongText{"99999", "port 99999 is above 65535", "99999"},
                    WrongText{":99999", "above 65535", "99999"}, WrongText{"65536", "above 65535", "65536"},
                    WrongText{"99999999999999999999999", "above 65535", "99999999999999999999999"},
                    WrongText{"127.0.0.1:70000", "above 65535", "70000"}, WrongText{"0", "port 0 is no port", "0"},
                    WrongText{"080", "leading zeros", "080"},
                    WrongText{"9000-8000", "ends before it begins", "9000-8000"},
                    WrongText{"8000-", "a port is missing", "8000-"}, WrongText{"8000-9000-9", "is no port", "9000-9"},
                    WrongText{":htpp", "'htpp' is no port", "htpp"},
                    WrongText{"1.2.3.4:", "missing after the colon", ":"},
                    WrongText{"tcp:", "a port is missing", "tcp:"}, WrongText{"8080/tpc", "did you mean tcp?", "tpc"},
                    WrongText{"10.0.0.0/33", "0 to 32 bits", "33"}, WrongText{"::/129", "0 to 128 bits", "129"},
                    WrongText{"10.0.0.300", "'10.0.0.300' is no IP address", "10.0.0.300"},
                    WrongText{"[::g]:80", "'::g' is no IP address", "::g"}, WrongText{"[::1", "not closed", "["},
                    WrongText{"10.0.0:80", "'10.0.0' is no IP address", "10.0.0"}));

TEST(TargetError, AnEmptyWordIsNoTarget) {
  const std::vector<std::string> words{""};
  EXPECT_THAT(fake::query_error(words).what(), HasSubstr("empty word"));
}

TEST(TargetError, AUnixSocketHasNoPort) {
  EXPECT_STRNE(fake::query_error("8080/unix").what(), "") << "nothing can ever match it";
}

}  // namespace
