// SPDX-License-Identifier: MIT
#include "portscope/selection.hpp"

#include <gtest/gtest.h>

#include "portscope/query.hpp"
#include "support/printers.hpp"
#include "support/sockets.hpp"

namespace {

using fake::connection;
using fake::end;
using fake::listener;
using portscope::Address;
using portscope::EnumSet;
using portscope::PortRange;
using portscope::Prefix;
using portscope::Selection;
using portscope::Socket;
using portscope::State;
using portscope::StringPool;
using portscope::Target;
using portscope::Transport;
using portscope::Truth;
using portscope::UnixEndpoint;

const StringPool empty_pool;

Target at_port(std::uint16_t port) {
  Target target;
  target.ports = PortRange{port, port};
  return target;
}

Target at(const char* address, std::uint16_t port) {
  Target target = at_port(port);
  target.address = Prefix{Address::parse(address).value(), 128};
  return target;
}

Target within(const char* address, std::uint8_t bits) {
  Target target;
  target.address = Prefix{Address::parse(address).value(), bits};
  return target;
}

TEST(Target, ANumberIsALocalPort) {
  EXPECT_TRUE(at_port(8080).matches(listener("127.0.0.1", 8080), empty_pool));
  EXPECT_TRUE(at_port(8080).matches(connection(end("10.0.0.1", 8080), end("10.0.0.2", 5)), empty_pool));
  EXPECT_FALSE(at_port(8080).matches(connection(end("10.0.0.1", 5), end("10.0.0.2", 8080)), empty_pool));
}

TEST(Target, APortRangeHoldsBothItsEnds) {
  Target target;
  target.ports = PortRange{8000, 8002};
  EXPECT_TRUE(target.matches(listener("::", 8000), empty_pool));
  EXPECT_TRUE(target.matches(listener("::", 8002), empty_pool));
  EXPECT_FALSE(target.matches(listener("::", 7999), empty_pool));
  EXPECT_FALSE(target.matches(listener("::", 8003), empty_pool));
}

TEST(Target, AnAddressWithPortFindsTheWildcardsThatCoverIt) {
  const Target v4 = at("127.0.0.1", 80);
  EXPECT_TRUE(v4.matches(listener("127.0.0.1", 80), empty_pool));
  EXPECT_TRUE(v4.matches(listener("0.0.0.0", 80), empty_pool));
  EXPECT_TRUE(v4.matches(listener("::", 80), empty_pool)) << "dual-stack";
  EXPECT_TRUE(v4.matches(listener("::ffff:0.0.0.0", 80), empty_pool)) << "v4-mapped wildcard";
  EXPECT_FALSE(v4.matches(listener("127.0.0.2", 80), empty_pool));
  EXPECT_FALSE(v4.matches(listener("127.0.0.1", 81), empty_pool));
  const Target v6 = at("::1", 80);
  EXPECT_TRUE(v6.matches(listener("::", 80), empty_pool));
  EXPECT_TRUE(v6.matches(fake::v6only_listener(80), empty_pool));
  EXPECT_FALSE(v6.matches(listener("0.0.0.0", 80), empty_pool));
}

TEST(Target, AV6onlyWildcardDoesNotCoverIpv4) {
  EXPECT_FALSE(at("127.0.0.1", 80).matches(fake::v6only_listener(80), empty_pool));
}

TEST(Target, WhereProcCannotTellTheKernelsDefaultHolds) {
  Socket socket = listener("::", 80);
  socket.v6_only.reset();
  EXPECT_TRUE(at("127.0.0.1", 80).matches(socket, empty_pool));
}

TEST(Target, ANetworkAloneMatchesEitherEnd) {
  const Target ten = within("10.0.0.0", 96 + 8);
  EXPECT_TRUE(ten.matches(connection(end("10.1.1.1", 1), end("192.0.2.1", 2)), empty_pool));
  EXPECT_TRUE(ten.matches(connection(end("192.0.2.1", 2), end("10.1.1.1", 1)), empty_pool));
  EXPECT_FALSE(ten.matches(connection(end("192.0.2.1", 2), end("192.0.2.2", 1)), empty_pool));
  EXPECT_FALSE(ten.matches(listener("0.0.0.0", 80), empty_pool));
}

TEST(Target, AMappedPeerIsInItsIpv4Network) {
  Socket socket = connection(end("::ffff:10.0.0.1", 443), end("::ffff:10.0.0.9", 5000));
  socket.family = portscope::Family::ipv6;
  EXPECT_TRUE(within("10.0.0.0", 96 + 8).matches(socket, empty_pool));
  EXPECT_TRUE(at("10.0.0.1", 443).matches(socket, empty_pool));
}

TEST(Target, ANetworkWithAPortIsAboutTheLocalEnd) {
  Target target = within("10.0.0.0", 96 + 8);
  target.ports = PortRange{443, 443};
  EXPECT_TRUE(target.matches(listener("10.0.0.1", 443), empty_pool));
  EXPECT_FALSE(target.matches(connection(end("192.0.2.1", 443), end("10.0.0.1", 443)), empty_pool));
}

TEST(Target, AProtocolRestrictsIt) {
  Target target = at_port(53);
  target.transport = Transport::udp;
  Socket socket = listener("::", 53);
  EXPECT_FALSE(target.matches(socket, empty_pool));
  socket.transport = Transport::udp;
  EXPECT_TRUE(target.matches(socket, empty_pool));
}

TEST(Target, UnixPathsAndAbstractNamesAreDifferentThings) {
  StringPool strings;
  const auto name = strings.intern("/run/x.sock");
  Socket file = fake::unix_socket(1, name, State::listen);
  Socket abstract = file;
  abstract.local = UnixEndpoint{name, 1, true};
  Target path;
  path.path = "/run/x.sock";
  Target hidden;
  hidden.abstract_name = "/run/x.sock";
  EXPECT_TRUE(path.matches(file, strings));
  EXPECT_FALSE(path.matches(abstract, strings));
  EXPECT_TRUE(hidden.matches(abstract, strings));
  EXPECT_FALSE(hidden.matches(file, strings));
  EXPECT_FALSE(path.matches(listener("::", 80), strings));
}

TEST(Target, AUnixNameMatchesClientsToo) {
  StringPool strings;
  Socket client = fake::unix_socket(2, portscope::StringId::none, State::established);
  client.peer = UnixEndpoint{strings.intern("/run/x.sock"), 1, false};
  Target path;
  path.path = "/run/x.sock";
  EXPECT_TRUE(path.matches(client, strings));
  path.path = "/run/x";
  EXPECT_FALSE(path.matches(client, strings));
}

TEST(Target, AnEmptyAbstractNameIsNotNoName) {
  Target target;
  target.abstract_name = "";
  EXPECT_FALSE(target.matches(fake::unix_socket(1, portscope::StringId::none, State::unconnected), empty_pool));
}

TEST(Selection, EveryTermMustHold) {
  Selection selection;
  selection.filter = portscope::parse_query("10.0.0.0/8 80");
  EXPECT_EQ(selection.matches(listener("10.0.0.1", 80), empty_pool), Truth::yes);
  EXPECT_EQ(selection.matches(listener("10.0.0.1", 81), empty_pool), Truth::no);
  EXPECT_EQ(selection.matches(listener("192.0.2.1", 80), empty_pool), Truth::no);
}

TEST(Selection, ListeningMeansWhereThatProtocolWaits) {
  Selection selection;
  selection.transports = portscope::every<Transport>();
  selection.listening_only = true;
  Socket socket = listener("::", 1);
  EXPECT_EQ(selection.matches(socket, empty_pool), Truth::yes);
  socket.state = State::unconnected;
  EXPECT_EQ(selection.matches(socket, empty_pool), Truth::no) << "no such thing in TCP";
  for (const Transport transport : {Transport::udp, Transport::udplite, Transport::raw, Transport::icmp}) {
    socket.transport = transport;
    socket.state = State::unconnected;
    EXPECT_EQ(selection.matches(socket, empty_pool), Truth::yes) << portscope::name(transport);
    socket.state = State::established;
    EXPECT_EQ(selection.matches(socket, empty_pool), Truth::no) << portscope::name(transport);
  }
  Socket named = fake::unix_socket(1, portscope::StringId::none, State::unconnected);
  EXPECT_EQ(selection.matches(named, empty_pool), Truth::no) << "an unconnected Unix socket waits for nobody";
  named.state = State::listen;
  EXPECT_EQ(selection.matches(named, empty_pool), Truth::yes);
}

TEST(Selection, StateCanBeLeftOutOfTheQuestion) {
  Selection selection;
  selection.states.erase(State::time_wait);
  Socket socket = connection(end("10.0.0.1", 1), end("10.0.0.2", 2));
  socket.state = State::time_wait;
  EXPECT_EQ(selection.matches(socket, empty_pool), Truth::no);
  EXPECT_EQ(selection.matches_but_state(socket, empty_pool), Truth::yes);
  selection.families = {portscope::Family::ipv6};
  EXPECT_EQ(selection.matches_but_state(socket, empty_pool), Truth::no);
}

TEST(Selection, IsByDefaultAllOfIp) {
  EXPECT_EQ(Selection{}.matches(fake::unix_socket(1, portscope::StringId::none, State::listen), empty_pool), Truth::no);
  EXPECT_EQ(Selection{}.matches(listener("::1", 1), empty_pool), Truth::yes);
}

}  // namespace
