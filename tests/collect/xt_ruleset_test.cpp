// SPDX-License-Identifier: MIT
#include "collect/xt_ruleset.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <linux/netfilter.h>
#include <linux/netfilter/nf_nat.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <random>

#include "collect/nat_walk.hpp"
#include "support/xt_tables.hpp"
#include "sys/ip_tables.hpp"

namespace {

using collect::NatPacket;
using collect::XtRuleset;
using fake::xt_dport;
using fake::xt_jump;
using fake::xt_redirect;
using fake::XtTableMaker;
using portscope::Address;
using portscope::NatRedirect;
using portscope::Truth;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr int drop = -NF_DROP - 1;
constexpr int accept_it = -NF_ACCEPT - 1;

NatPacket call_to(const char* to = nullptr, std::uint16_t port = 80) {
  NatPacket packet;
  packet.protocol = IPPROTO_TCP;
  packet.port = port;
  if (to == nullptr) return packet;
  packet.to = {*Address::parse(to), 128};
  packet.is_ipv6 = !packet.to.address.is_ipv4();
  return packet;
}

NatPacket from_here(NatPacket packet) {
  packet.from = NatRedirect::From::here;
  return packet;
}

NatPacket by_any_interface(NatPacket packet) {
  packet.by_any_interface = true;
  return packet;
}

std::string telling(const NatRedirect& redirect) {
  return std::string(redirect.applies == Truth::yes ? "all to " : "some to ") +
         (redirect.address ? redirect.address->to_string() + ' ' : "") + std::to_string(redirect.port) + " by " +
         redirect.table + ' ' + redirect.chain;
}

std::vector<std::string> sent(const sys::XtTable& table, const NatPacket& packet) {
  const int family = packet.is_ipv6 ? AF_INET6 : AF_INET;
  fake::XtTables door;
  door.tables[family] = table;
  auto rules = std::make_unique<XtRuleset>(family == AF_INET6 ? NFPROTO_IPV6 : NFPROTO_IPV4);
  EXPECT_EQ(rules->read(door), 0);
  collect::NatRulesets all;
  all.push_back(std::move(rules));
  std::vector<std::string> texts;
  for (const auto& redirect : walk_chains(packet, all)) texts.push_back(telling(redirect));
  return texts;
}

/// What comes of a table that sends all under these conditions to port 99.
template <class Head>
std::vector<std::string> sent_when(const Head& conditions, const NatPacket& packet) {
  const int family = packet.is_ipv6 ? AF_INET6 : AF_INET;
  XtTableMaker table(family);
  for (const char* chain : {"PREROUTING", "OUTPUT"}) table.add(chain, xt_redirect(family, 99).when(conditions));
  return sent(table.make(), packet);
}

constexpr const char* all_pre = "all to 99 by ip nat PREROUTING";
constexpr const char* some_pre = "some to 99 by ip nat PREROUTING";

ipt_ip came_by(const char* name, std::size_t of_it) {
  ipt_ip conditions{};
  std::strncpy(conditions.iniface, name, sizeof conditions.iniface - 1);
  std::memset(conditions.iniface_mask, 0xff, of_it);
  return conditions;
}

TEST(XtRuleset, AsksTheChainOfTheHook) {
  XtTableMaker table(AF_INET);
  table.add("PREROUTING", xt_redirect(AF_INET, 99).matching(xt_dport(80)));
  table.add("OUTPUT", xt_redirect(AF_INET, 98).matching(xt_dport(80)));
  EXPECT_THAT(sent(table.make(), call_to()), ElementsAre(all_pre));
  EXPECT_THAT(sent(table.make(), from_here(call_to())), ElementsAre("all to 98 by ip nat OUTPUT"));
  EXPECT_THAT(sent(table.make(), call_to(nullptr, 81)), IsEmpty());
  XtTableMaker ipv6(AF_INET6);
  ipv6.add("PREROUTING", xt_redirect(AF_INET6, 99).matching(xt_dport(80)));
  EXPECT_THAT(sent(ipv6.make(), call_to("::1")), ElementsAre("all to 99 by ip6 nat PREROUTING"));
}

TEST(XtRuleset, AsksForAnAddress) {
  ipt_ip conditions{};
  conditions.dst.s_addr = htonl(0x0a000000);
  conditions.dmsk.s_addr = htonl(0xff000000);
  EXPECT_THAT(sent_when(conditions, call_to("10.1.2.3")), ElementsAre(all_pre));
  EXPECT_THAT(sent_when(conditions, call_to("11.1.2.3")), IsEmpty());
  EXPECT_THAT(sent_when(conditions, call_to()), ElementsAre(some_pre)) << "some address of this machine";
  conditions.invflags = IPT_INV_DSTIP;
  EXPECT_THAT(sent_when(conditions, call_to("10.1.2.3")), IsEmpty());
  EXPECT_THAT(sent_when(conditions, call_to("11.1.2.3")), ElementsAre(all_pre));
  ipt_ip who{};
  who.src.s_addr = who.smsk.s_addr = htonl(0xff000000);
  EXPECT_THAT(sent_when(who, call_to("10.1.2.3")), ElementsAre(some_pre)) << "who calls is not known";
}

TEST(XtRuleset, AsksForAnAddressOfIpv6) {
  ip6t_ip6 conditions{};
  conditions.dst.s6_addr[0] = 0xfd;
  conditions.dmsk.s6_addr[0] = 0xff;
  EXPECT_THAT(sent_when(conditions, call_to("fd00::1")), ElementsAre("all to 99 by ip6 nat PREROUTING"));
  EXPECT_THAT(sent_when(conditions, call_to("fe80::1")), IsEmpty());
}

TEST(XtRuleset, AsksForAnInterface) {
  for (const auto& conditions : {came_by("eth0", 5), came_by("eth+", 3)}) {
    EXPECT_THAT(sent_when(conditions, call_to()), IsEmpty()) << "by one that no rule names";
    EXPECT_THAT(sent_when(conditions, by_any_interface(call_to())), ElementsAre(some_pre));
    EXPECT_THAT(sent_when(conditions, from_here(call_to())), IsEmpty()) << "by none";
  }
  EXPECT_THAT(sent_when(came_by("+", 0), call_to()), ElementsAre(all_pre));
  auto other = came_by("docker0", 8);
  other.invflags = IPT_INV_VIA_IN;
  EXPECT_THAT(sent_when(other, call_to()), ElementsAre(all_pre));
  EXPECT_THAT(sent_when(other, from_here(call_to())), ElementsAre("all to 99 by ip nat OUTPUT"));
}

TEST(XtRuleset, AsksForTheInterfaceOnTheWayOut) {
  ipt_ip conditions{};
  std::memcpy(conditions.outiface, "lo", 2);
  std::memset(conditions.outiface_mask, 0xff, 3);
  EXPECT_THAT(sent_when(conditions, from_here(call_to())), ElementsAre("all to 99 by ip nat OUTPUT"));
  EXPECT_THAT(sent_when(conditions, call_to()), IsEmpty()) << "not known yet";
}

TEST(XtRuleset, AsksForAProtocol) {
  ipt_ip conditions{};
  conditions.proto = IPPROTO_TCP;
  EXPECT_THAT(sent_when(conditions, call_to()), ElementsAre(all_pre));
  conditions.invflags = IPT_INV_PROTO;
  EXPECT_THAT(sent_when(conditions, call_to()), IsEmpty());
  ip6t_ip6 of_ipv6{};
  of_ipv6.proto = IPPROTO_UDP;
  EXPECT_THAT(sent_when(of_ipv6, call_to("::1")), ElementsAre("all to 99 by ip6 nat PREROUTING")) << "its flag says no";
  of_ipv6.flags = IP6T_F_PROTO;
  EXPECT_THAT(sent_when(of_ipv6, call_to("::1")), IsEmpty());
}

TEST(XtRuleset, SeesNoFragments) {
  ipt_ip conditions{};
  conditions.flags = IPT_F_FRAG;
  EXPECT_THAT(sent_when(conditions, call_to()), IsEmpty());
  conditions.invflags = IPT_INV_FRAG;
  EXPECT_THAT(sent_when(conditions, call_to()), ElementsAre(all_pre));
}

TEST(XtRuleset, FollowsJumps) {
  XtTableMaker table(AF_INET);
  table.add("PREROUTING", xt_jump("DOCKER"));
  table.add("PREROUTING", xt_redirect(AF_INET, 97));
  table.add("DOCKER", fake::xt_return().matching(xt_dport(81)));
  table.add("DOCKER", xt_redirect(AF_INET, 99));
  EXPECT_THAT(sent(table.make(), call_to()), ElementsAre("all to 99 by ip nat DOCKER"));
  EXPECT_THAT(sent(table.make(), call_to(nullptr, 81)), ElementsAre("all to 97 by ip nat PREROUTING"));
}

TEST(XtRuleset, DoesNotComeBackFromAGoto) {
  ipt_ip flag{};
  flag.flags = IPT_F_GOTO;
  XtTableMaker table(AF_INET);
  table.add("PREROUTING", xt_jump("AWAY").when(flag));
  table.add("PREROUTING", xt_redirect(AF_INET, 99));
  table.add("AWAY", fake::xt_return());
  EXPECT_THAT(sent(table.make(), call_to()), IsEmpty());
  ip6t_ip6 of_ipv6{};
  of_ipv6.flags = IP6T_F_GOTO;
  XtTableMaker other(AF_INET6);
  other.add("PREROUTING", xt_jump("AWAY").when(of_ipv6));
  other.add("PREROUTING", xt_redirect(AF_INET6, 99));
  other.add("AWAY", fake::xt_return());
  EXPECT_THAT(sent(other.make(), call_to("::1")), IsEmpty());
}

TEST(XtRuleset, EndsWhereAPacketIsAcceptedOrDropped) {
  for (const int verdict : {accept_it, drop}) {
    XtTableMaker table(AF_INET);
    table.add("PREROUTING", fake::xt_verdict(verdict).matching(xt_dport(80)));
    table.add("PREROUTING", xt_redirect(AF_INET, 99));
    EXPECT_THAT(sent(table.make(), call_to()), IsEmpty());
    EXPECT_THAT(sent(table.make(), call_to(nullptr, 81)), ElementsAre(all_pre));
  }
}

TEST(XtRuleset, GoesOnBehindARuleThatOnlyCounts) {
  fake::XtRule counts;
  counts.falls_through = true;
  XtTableMaker table(AF_INET);
  table.add("PREROUTING", counts).add("PREROUTING", xt_redirect(AF_INET, 99));
  EXPECT_THAT(sent(table.make(), call_to()), ElementsAre(all_pre));
}

TEST(XtRuleset, TakesWhatIsNotKnownForAMaybe) {
  XtTableMaker match(AF_INET);
  match.add("PREROUTING", xt_redirect(AF_INET, 99).matching(fake::xt_extension("recent", 0, int{})));
  EXPECT_THAT(sent(match.make(), call_to()), ElementsAre(some_pre));
  fake::XtRule unknown;
  unknown.target = fake::xt_extension("SOMEWHERE", 0, int{});
  XtTableMaker target(AF_INET);
  target.add("PREROUTING", unknown).add("PREROUTING", xt_redirect(AF_INET, 99));
  EXPECT_THAT(sent(target.make(), call_to()), ElementsAre(some_pre));
  fake::XtRule log;
  log.target = fake::xt_extension("LOG", 0, int{});
  XtTableMaker goes_on(AF_INET);
  goes_on.add("PREROUTING", log).add("PREROUTING", xt_redirect(AF_INET, 99));
  EXPECT_THAT(sent(goes_on.make(), call_to()), ElementsAre(all_pre));
  XtTableMaker nowhere(AF_INET);  // into the middle of a rule, which the kernel refuses
  nowhere.add("PREROUTING", fake::xt_verdict(8)).add("PREROUTING", xt_redirect(AF_INET, 99));
  EXPECT_THAT(sent(nowhere.make(), call_to()), ElementsAre(some_pre));
}

TEST(XtRuleset, DoesNotPassOverAMatchOfAWrongSize) {
  XtTableMaker maker(AF_INET);
  maker.add("PREROUTING", xt_redirect(AF_INET, 99).matching(xt_dport(80)));
  sys::XtTable table = maker.make();
  table.entries.at(sizeof(ipt_entry)) = std::byte{8};  // xt_entry_match::match_size: less than its own head
  EXPECT_THAT(sent(table, call_to(nullptr, 80)), ElementsAre(some_pre));
}

TEST(XtRuleset, KnowsDnatOfAllRevisions) {
  nf_nat_range2 range{};
  range.flags = NF_NAT_RANGE_MAP_IPS | NF_NAT_RANGE_PROTO_SPECIFIED;
  range.min_addr.ip = range.max_addr.ip = htonl(0x0a000002);
  range.min_proto.all = range.max_proto.all = htons(8080);
  fake::XtRule rule;
  rule.target = fake::xt_extension("DNAT", 2, range);
  XtTableMaker table(AF_INET);
  table.add("PREROUTING", rule);
  EXPECT_THAT(sent(table.make(), call_to()), ElementsAre("all to 10.0.0.2 8080 by ip nat PREROUTING"));
}

XtTableMaker some_table() {
  XtTableMaker table(AF_INET);
  table.add("PREROUTING", xt_jump("DOCKER").matching(xt_dport(80)));
  table.add("OUTPUT", xt_jump("DOCKER").matching(fake::xt_extension("recent", 0, int{})));
  table.add("DOCKER", xt_jump("DEEPER"));
  table.add("DEEPER", xt_redirect(AF_INET, 99));
  return table;
}

int error_of(const sys::XtTable& table) {
  fake::XtTables door;
  door.tables[AF_INET] = table;
  return XtRuleset(NFPROTO_IPV4).read(door);
}

TEST(XtRuleset, ThatIsCutShortIsSaidToBeBroken) {
  const sys::XtTable whole = some_table().make();
  EXPECT_EQ(error_of(whole), 0);
  for (std::size_t length = 1; length < whole.entries.size(); ++length) {
    sys::XtTable cut = whole;
    cut.entries.resize(length);
    cut.entries.shrink_to_fit();
    const bool ends_with_a_rule = error_of(cut) == 0;
    EXPECT_TRUE(ends_with_a_rule || error_of(cut) == EBADMSG) << length;
  }
  sys::XtTable cut = whole;
  cut.entries.pop_back();
  EXPECT_EQ(error_of(cut), EBADMSG);
  fake::XtTables closed;
  closed.error = EPERM;
  EXPECT_EQ(XtRuleset(NFPROTO_IPV4).read(closed), EPERM);
}

TEST(XtRuleset, ThatIsBrokenIsNotReadPastItsEnd) {
  const sys::XtTable whole = some_table().make();
  std::mt19937 random(1);
  int read = 0;
  for (int i = 0; i < 3'000; ++i) {
    fake::XtTables door;
    auto& table = door.tables[AF_INET] = whole;
    for (int spoilt = 0; spoilt < 3; ++spoilt)
      table.entries.at(random() % table.entries.size()) = static_cast<std::byte>(random());
    auto rules = std::make_unique<XtRuleset>(NFPROTO_IPV4);
    if (rules->read(door) != 0) continue;
    ++read;
    collect::NatRulesets all;
    all.push_back(std::move(rules));
    walk_chains(call_to(), all);
    walk_chains(from_here(call_to("10.0.0.1")), all);
  }
  EXPECT_GT(read, 0);
}

}  // namespace
