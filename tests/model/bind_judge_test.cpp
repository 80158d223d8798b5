// SPDX-License-Identifier: MIT
// The rules one by one; tests/live/bind_oracle holds all of them against the kernel.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "model/bind_rules.hpp"
#include "support/printers.hpp"
#include "support/sockets.hpp"

namespace {

using portscope::Address;
using portscope::BindAttempt;
using portscope::BindDoubt;
using portscope::BindJudgement;
using portscope::BindRule;
using portscope::BindSettings;
using portscope::EnumSet;
using portscope::Family;
using portscope::NetSettings;
using portscope::PortHolder;
using portscope::PortRange;
using portscope::Socket;
using portscope::State;
using portscope::Transport;
using portscope::Truth;

constexpr std::uint16_t port = 8080;

BindAttempt at(const char* address) {
  BindAttempt attempt;
  attempt.address = *Address::parse(address);
  attempt.family = attempt.address.is_ipv4() ? Family::ipv4 : Family::ipv6;
  attempt.port = port;
  return attempt;
}

NetSettings clients_from_40000() {
  NetSettings settings;
  settings.local_port_range = PortRange{40000, 50000};
  return settings;
}

/// A holder without flags, of user 0.
PortHolder plain(const Socket& socket) { return {&socket, false, false, socket.v6_only}; }

BindJudgement judged(const BindAttempt& attempt, const std::vector<PortHolder>& holders) {
  return judge(attempt, holders, clients_from_40000());
}

void expect_rule(const BindAttempt& attempt, const std::vector<PortHolder>& holders, BindRule rule) {
  const BindJudgement judgement = judged(attempt, holders);
  EXPECT_EQ(judgement.conflict, Truth::yes);
  ASSERT_FALSE(judgement.blockers.empty());
  EXPECT_EQ(name(judgement.blockers.front().rule), name(rule));
}

TEST(BindRules, EachHasItsRowAndASentence) {
  ASSERT_EQ(portscope::bind_rules().size(), portscope::Names<BindRule>::list.size());
  for (std::size_t i = 0; i < portscope::bind_rules().size(); ++i) {
    const auto rule = static_cast<BindRule>(i);
    EXPECT_FALSE(explanation(rule).empty()) << name(rule);
    EXPECT_EQ(name(rule).find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"), std::string_view::npos);
  }
}

TEST(Judge, OneAddressIsOneSocketsOwn) {
  const Socket socket = fake::listener("127.0.0.1", port);
  expect_rule(at("127.0.0.1"), {plain(socket)}, BindRule::same_address);
  EXPECT_EQ(judged(at("127.0.0.2"), {plain(socket)}).conflict, Truth::no);
  EXPECT_EQ(judged(at("::1"), {plain(socket)}).conflict, Truth::no);
}

TEST(Judge, AWildcardTakesAll) {
  const Socket any = fake::listener("0.0.0.0", port);
  const Socket one = fake::listener("127.0.0.1", port);
  expect_rule(at("127.0.0.1"), {plain(any)}, BindRule::wildcard_covers);
  expect_rule(at("0.0.0.0"), {plain(one)}, BindRule::wildcard_covers);
}

TEST(Judge, DualStackTakesIpv4Too) {
  const Socket dual = fake::listener("::", port);
  const Socket six = fake::v6only_listener(port);
  expect_rule(at("0.0.0.0"), {plain(dual)}, BindRule::dual_stack_wildcard);
  EXPECT_EQ(judged(at("0.0.0.0"), {plain(six)}).conflict, Truth::no);
  const Socket four = fake::listener("0.0.0.0", port);
  expect_rule(at("::"), {plain(four)}, BindRule::dual_stack_wildcard);
  BindAttempt only = at("::");
  only.v6_only = true;
  EXPECT_EQ(judged(only, {plain(four)}).conflict, Truth::no);
}

TEST(Judge, ProcLeavesADoubtAboutDualStack) {
  Socket socket = fake::listener("::", port);
  socket.v6_only = std::nullopt;
  const BindJudgement judgement = judged(at("0.0.0.0"), {plain(socket)});
  EXPECT_EQ(judgement.conflict, Truth::maybe);
  EXPECT_EQ(judgement.doubts, EnumSet<BindDoubt>{BindDoubt::v6_only});
}

TEST(Judge, InterfacesKeepApart) {
  Socket socket = fake::listener("0.0.0.0", port);
  socket.interface = 2;
  BindAttempt attempt = at("0.0.0.0");
  EXPECT_EQ(judged(attempt, {plain(socket)}).conflict, Truth::yes) << "without an interface all are meant";
  attempt.interface = 3;
  EXPECT_EQ(judged(attempt, {plain(socket)}).conflict, Truth::no);
  attempt.interface = 2;
  EXPECT_EQ(judged(attempt, {plain(socket)}).conflict, Truth::yes);
}

TEST(Judge, ReuseAddressMakesRoomUntilSomebodyListens) {
  Socket socket = fake::listener("0.0.0.0", port);
  PortHolder holder = plain(socket);
  holder.reuse_address = true;
  BindAttempt attempt = at("0.0.0.0");
  attempt.reuse_address = true;
  EXPECT_EQ(judged(attempt, {holder}).conflict, Truth::yes);
  socket.state = State::bound;
  EXPECT_EQ(judged(attempt, {holder}).conflict, Truth::no);
  holder.reuse_address = false;
  expect_rule(attempt, {holder}, BindRule::bound_not_listening);
}

TEST(Judge, ReusePortIsForOneUser) {
  Socket socket = fake::listener("0.0.0.0", port);
  socket.uid = 33;
  PortHolder holder = plain(socket);
  holder.reuse_port = true;
  BindAttempt attempt = at("0.0.0.0");
  attempt.reuse_port = true;
  expect_rule(attempt, {holder}, BindRule::reuseport_other_user);
  attempt.uid = 33;
  EXPECT_EQ(judged(attempt, {holder}).conflict, Truth::no);
}

TEST(Judge, AFlagThatIsHiddenLeavesADoubtOnlyWhereItDecides) {
  const Socket socket = fake::listener("0.0.0.0", port);
  const PortHolder hidden{&socket, {}, {}, {}};
  EXPECT_EQ(judged(at("0.0.0.0"), {hidden}).conflict, Truth::yes);
  BindAttempt attempt = at("0.0.0.0");
  attempt.reuse_address = true;
  EXPECT_EQ(judged(attempt, {hidden}).conflict, Truth::yes) << "it listens";
  attempt.reuse_port = true;
  Socket of_root = socket;
  of_root.uid = 0;
  const PortHolder hidden_of_root{&of_root, {}, {}, {}};
  EXPECT_EQ(judged(attempt, {hidden_of_root}).conflict, Truth::maybe);
  EXPECT_EQ(judged(attempt, {hidden_of_root}).doubts, EnumSet<BindDoubt>{BindDoubt::reuse_port});
}

TEST(Judge, TwoListenersOnOneAddressGiveThemselvesAway) {
  Socket one = fake::listener("0.0.0.0", port);
  one.uid = 0;
  const Socket other = one;
  BindAttempt attempt = at("0.0.0.0");
  attempt.reuse_port = true;
  EXPECT_EQ(judged(attempt, {{&one, {}, {}, {}}, {&other, {}, {}, {}}}).conflict, Truth::no);
}

TEST(Judge, ConnectionsAreToldApart) {
  const Socket child = fake::connection(fake::end("127.0.0.1", port), fake::end("127.0.0.1", 40001));
  expect_rule(at("127.0.0.1"), {plain(child)}, BindRule::leftover_connection);
  const Socket listener = fake::listener("0.0.0.0", port);
  expect_rule(at("127.0.0.1"), {plain(child), plain(listener)}, BindRule::accepted_connection);
  BindAttempt high = at("127.0.0.1");
  high.port = 40001;
  const Socket client = fake::connection(fake::end("127.0.0.1", 40001), fake::end("127.0.0.1", port));
  expect_rule(high, {plain(client)}, BindRule::ephemeral_client);
  Socket over = child;
  over.state = State::time_wait;
  expect_rule(at("0.0.0.0"), {plain(over)}, BindRule::time_wait);
}

TEST(Judge, AConnectionOverIpv6HasThePortOfTheIpv4Wildcard) {
  Socket connection = fake::connection(fake::end("::1", port), fake::end("::1", 40001));
  connection.v6_only = std::nullopt;
  PortHolder holder = plain(connection);
  EXPECT_EQ(judged(at("0.0.0.0"), {holder}).conflict, Truth::maybe);
  holder.v6_only = false;
  expect_rule(at("0.0.0.0"), {holder}, BindRule::ipv6_connection);
  EXPECT_EQ(judged(at("127.0.0.1"), {holder}).conflict, Truth::no);
  holder.v6_only = true;
  EXPECT_EQ(judged(at("0.0.0.0"), {holder}).conflict, Truth::no);
}

TEST(Judge, RequestsHoldNoPort) {
  Socket request = fake::connection(fake::end("127.0.0.1", port), fake::end("127.0.0.1", 40001));
  request.state = State::syn_received;
  EXPECT_EQ(judged(at("127.0.0.1"), {plain(request)}).conflict, Truth::no);
}

TEST(Judge, ProtocolsDoNotMeet) {
  Socket socket = fake::listener("0.0.0.0", port);
  socket.transport = Transport::udp;
  socket.state = State::unconnected;
  EXPECT_EQ(judged(at("0.0.0.0"), {plain(socket)}).conflict, Truth::no);
}

TEST(Judge, OfUdpTheFirstOneDecides) {
  Socket shared = fake::listener("0.0.0.0", port);
  shared.transport = Transport::udp;
  shared.state = State::unconnected;
  shared.uid = 0;
  const Socket alone = shared;
  BindAttempt attempt = at("0.0.0.0");
  attempt.transport = Transport::udp;
  attempt.reuse_port = true;
  PortHolder holder = plain(shared);
  holder.reuse_port = true;
  EXPECT_EQ(judged(attempt, {holder}).conflict, Truth::no);
  expect_rule(attempt, {plain(alone)}, BindRule::same_address);
  const BindJudgement mixed = judged(attempt, {holder, plain(alone)});
  EXPECT_EQ(mixed.conflict, Truth::maybe);
  EXPECT_EQ(mixed.doubts, EnumSet<BindDoubt>{BindDoubt::order});
}

BindSettings settings() {
  BindSettings result;
  result.unprivileged_port_start = 1024;
  result.addresses = {{{*Address::parse("127.0.0.1"), 104}, {}, 1, true},
                      {{*Address::parse("::1"), 128}, {}, 1, true},
                      {{*Address::parse("10.0.0.5"), 120}, Address::parse("10.0.0.255"), 2, false},
                      {{*Address::parse("fe80::1"), 64}, {}, 2, false}};
  return result;
}

int error_of(const BindAttempt& attempt, const BindSettings& with = settings()) {
  const auto refused = refusal(attempt, with);
  return refused ? refused->first : 0;
}

TEST(Refusal, AddressesOfThisMachine) {
  for (const char* address :
       {"0.0.0.0", "::", "127.0.0.1", "127.9.9.9", "10.0.0.5", "10.0.0.255", "224.0.0.1", "::1"}) {
    EXPECT_EQ(error_of(at(address)), 0) << address;
  }
  for (const char* address : {"10.0.0.6", "192.0.2.1", "2001:db8::1", "::2"}) {
    EXPECT_EQ(error_of(at(address)), EADDRNOTAVAIL) << address;
  }
  BindSettings any = settings();
  any.nonlocal_bind = 1;
  EXPECT_EQ(error_of(at("192.0.2.1"), any), 0);
  EXPECT_EQ(error_of(at("2001:db8::1"), any), EADDRNOTAVAIL);
}

TEST(Refusal, ALinkLocalAddressHasItsInterface) {
  EXPECT_EQ(error_of(at("fe80::1")), EINVAL);
  BindAttempt attempt = at("fe80::1");
  attempt.interface = 2;
  EXPECT_EQ(error_of(attempt), 0);
  attempt.interface = 1;
  EXPECT_EQ(error_of(attempt), EADDRNOTAVAIL);
}

TEST(Refusal, Ipv4AsksForTheAddressFirstAndIpv6ForTheRight) {
  BindAttempt four = at("192.0.2.1");
  BindAttempt six = at("2001:db8::1");
  four.port = six.port = 80;
  EXPECT_EQ(error_of(four), EADDRNOTAVAIL);
  EXPECT_EQ(error_of(six), EACCES);
  BindSettings of_root = settings();
  of_root.may_bind_privileged = true;
  EXPECT_EQ(error_of(six, of_root), EADDRNOTAVAIL);
  BindSettings lower = settings();
  lower.unprivileged_port_start = 80;
  BindAttempt any = at("0.0.0.0");
  any.port = 80;
  EXPECT_EQ(error_of(any, lower), 0);
}

}  // namespace
