// SPDX-License-Identifier: MIT
// On what the kernel answered about the rules of data/nat-rules (record.py).
#include "collect/nat_redirects.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <linux/netfilter/nf_tables.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <functional>
#include <map>
#include <random>
#include <sstream>
#include <tuple>

#include "collect/nft_attributes.hpp"
#include "support/fake_proc.hpp"
#include "support/golden.hpp"
#include "support/local_routes.hpp"
#include "support/xt_tables.hpp"
#include "sys/ip_tables.hpp"

namespace {

using portscope::Address;
using portscope::BindAttempt;
using portscope::Family;
using portscope::NatRedirect;
using portscope::Transport;
using portscope::Truth;
using testing::ElementsAre;
using testing::IsEmpty;
using From = NatRedirect::From;

std::vector<std::byte> from_hex(std::string_view digits) {
  std::vector<std::byte> bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    bytes.push_back(static_cast<std::byte>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

/// Answers as the kernel did that was recorded.
class RecordedRules : public sys::Dumps {
 public:
  RecordedRules() {
    std::istringstream lines(golden::read_file("data/nat-rules/replies.txt"));
    for (std::string kind, about, hex; lines >> kind >> about >> hex;) {
      replies_[kind + ' ' + about].push_back(from_hex(hex));
    }
  }

  sys::DumpEnd dump(const sys::DiagRequest& request, const std::function<void(sys::Bytes)>& on_row) override {
    ++dumps;
    if (error != 0) return {error};
    for (auto row : replies_[key_of(request)]) {
      if (spoil) spoil(row);
      on_row(row);
    }
    return {};
  }

  int error = 0;
  int dumps = 0;
  std::function<void(std::vector<std::byte>& row)> spoil{};

 private:
  static std::string key_of(const sys::DiagRequest& request) {
    constexpr unsigned message = 0xff;
    const auto family = std::to_integer<int>(request.body.front());
    const collect::Attributes about(request.body.subspan(4));
    const char* const kind = family == 1 ? "inet" : family == 2 ? "ip" : "ip6";
    const std::string place = fmt::format("{}/{}", kind, about.text(1));
    switch (request.type & message) {
      case NFT_MSG_GETCHAIN:
        return "chains -";
      case NFT_MSG_GETRULE:
        return "rules " + place;
      default:
        return fmt::format("elements {}/{}", place, about.text(2));
    }
  }

  std::map<std::string, std::vector<std::vector<std::byte>>> replies_;
};

std::string text_of(const NatRedirect& redirect) {
  std::string text = redirect.applies == Truth::yes ? "all" : "some";
  if (redirect.over.contains(Family::ipv4)) text += " ipv4";
  if (redirect.over.contains(Family::ipv6)) text += " ipv6";
  if (redirect.from.contains(From::outside)) text += " outside";
  if (redirect.from.contains(From::here)) text += " here";
  return text + " to " + (redirect.address ? redirect.address->to_string() : "here") + ' ' +
         std::to_string(redirect.port) + " by " + redirect.table + ' ' + redirect.chain;
}

class Redirects : public testing::Test {
 protected:
  Redirects() { tree.file("sys/net/netfilter/nf_conntrack_max", "262144\n"); }

  std::vector<std::string> of(const std::string& address, std::uint16_t port, Transport transport = Transport::tcp) {
    BindAttempt attempt;
    attempt.transport = transport;
    attempt.port = port;
    attempt.address = *Address::parse(address);
    attempt.family = attempt.address.is_ipv4() ? Family::ipv4 : Family::ipv6;
    std::vector<std::string> texts;
    for (const auto& redirect : look({attempt}).redirects) texts.push_back(text_of(redirect));
    return texts;
  }

  collect::Redirects look(const std::vector<BindAttempt>& attempts) {
    const sys::Proc proc = tree.open();
    return collect::find_redirects(attempts, interfaces, {rules, legacy, routes}, proc);
  }

  /// Rules of iptables-legacy that send port 8080 here to another, and whose table is there.
  void be_legacy(int family, std::uint16_t port) {
    tree.net(family == AF_INET6 ? "ip6_tables_names" : "ip_tables_names", "filter\nnat\n");
    legacy.tables[family] = fake::XtTableMaker(family)
                                .add("PREROUTING", fake::xt_redirect(family, port).matching(fake::xt_dport(8080)))
                                .make();
  }

  /// One rule of iptables-legacy, without those of nf_tables.
  void be_only(const std::string& chain, const char* called, std::uint8_t protocol) {
    rules.error = EINVAL;
    tree.net("ip_tables_names", "nat\n");
    ipt_ip head{};
    head.proto = protocol;
    head.dst.s_addr = inet_addr(called);
    head.dmsk.s_addr = INADDR_BROADCAST;
    legacy.tables[AF_INET] = fake::XtTableMaker(AF_INET).add(chain, fake::xt_redirect(AF_INET, 99).when(head)).make();
  }

  RecordedRules rules;
  fake::XtTables legacy;
  fake::LocalRoutes routes;
  std::vector<portscope::LocalAddress> interfaces;
  fake::Proc tree;
};

TEST_F(Redirects, OfOnePort) {
  EXPECT_THAT(of("0.0.0.0", 8080), ElementsAre("all ipv4 outside to 10.0.0.2 80 by ip plain prerouting"));
  EXPECT_THAT(of("192.168.7.7", 8080), ElementsAre("all ipv4 outside to 10.0.0.2 80 by ip plain prerouting"));
  EXPECT_THAT(of("0.0.0.0", 8081), IsEmpty());
  EXPECT_THAT(of("0.0.0.0", 8080, Transport::udp), IsEmpty());
  EXPECT_THAT(of("::1", 8080), IsEmpty());
}

TEST_F(Redirects, ToTheLoopbackInterfaceNothingComesFromOutside) { EXPECT_THAT(of("127.0.0.1", 8080), IsEmpty()); }

TEST_F(Redirects, OfARangeKeepThePort) {
  EXPECT_THAT(of("0.0.0.0", 8105), ElementsAre("all ipv4 outside to 10.0.0.2 0 by ip plain prerouting"));
  EXPECT_THAT(of("0.0.0.0", 8111), IsEmpty());
  EXPECT_THAT(of("0.0.0.0", 10000), ElementsAre("all ipv4 outside to 10.0.0.4 0 by ip plain prerouting"));
}

TEST_F(Redirects, UnderFurtherConditionsAreOfSome) {
  EXPECT_THAT(of("0.0.0.0", 8200), ElementsAre("some ipv4 outside to 10.0.0.2 0 by ip plain prerouting"));
  EXPECT_THAT(of("0.0.0.0", 8705), ElementsAre("some ipv4 outside to here 1 by inet both prerouting"));
  EXPECT_THAT(of("0.0.0.0", 8710), IsEmpty());
}

using Ports = std::initializer_list<std::uint16_t>;

TEST_F(Redirects, OfASetAskItsElements) {
  for (const std::uint16_t port : Ports{81, 82, 90, 95, 99}) {
    EXPECT_THAT(of("192.168.1.1", port), ElementsAre("all ipv4 outside to here 8888 by ip plain prerouting"));
  }
  for (const std::uint16_t port : Ports{80, 83, 89, 100}) EXPECT_THAT(of("192.168.1.1", port), IsEmpty()) << port;
}

TEST_F(Redirects, OfAnAddressAreNotOfOthers) {
  EXPECT_THAT(of("0.0.0.0", 95), ElementsAre("some ipv4 outside to here 8888 by ip plain prerouting"));
  EXPECT_THAT(of("192.168.1.2", 95), IsEmpty());
}

TEST_F(Redirects, OfATableForBothFamilies) {
  EXPECT_THAT(of("::", 8300), ElementsAre("all ipv4 outside to 10.0.0.2 80 by inet both prerouting"));
  EXPECT_THAT(of("0.0.0.0", 53, Transport::udp), ElementsAre("all ipv4 outside to 10.0.0.2 0 by inet both prerouting"));
  EXPECT_THAT(of("::", 8515), ElementsAre("all ipv4 ipv6 outside to here 1 by inet both prerouting"));
}

TEST_F(Redirects, OfAMap) {
  EXPECT_THAT(of("0.0.0.0", 8401), ElementsAre("all ipv4 outside to 10.0.0.3 88 by inet both prerouting"));
  EXPECT_THAT(of("0.0.0.0", 8601), ElementsAre("some ipv4 outside to :: 0 by inet both prerouting")) << "one of two";
}

TEST_F(Redirects, FollowJumpsAndEndWhereAPacketIsAccepted) {
  EXPECT_THAT(of("2001:db8::1", 8501), ElementsAre("all ipv6 outside to fd00::7 90 by inet both special"));
  EXPECT_THAT(of("0.0.0.0", 8501), ElementsAre("all ipv4 outside to here 1 by inet both prerouting"));
  EXPECT_THAT(of("0.0.0.0", 8505), IsEmpty());
}

TEST_F(Redirects, OfAMaskAndOfAddressesOfThisMachine) {
  EXPECT_THAT(of("0.0.0.0", 0x2267, Transport::udp), ElementsAre("all ipv4 outside to here 2 by inet both prerouting"));
}

TEST_F(Redirects, BehindARuleThatMayEndTheWayAreOfSome) {
  EXPECT_THAT(of("0.0.0.0", 8900), ElementsAre("some ipv4 outside to here 3 by inet both prerouting"));
}

TEST_F(Redirects, ToTheSamePortHereAreNone) { EXPECT_THAT(of("0.0.0.0", 8901), IsEmpty()); }

TEST_F(Redirects, OfIptables) {
  EXPECT_THAT(of("0.0.0.0", 18080), ElementsAre("all ipv4 outside to 10.0.0.2 80 by ip nat PREROUTING"));
  EXPECT_THAT(of("2001:db8::1", 18080), ElementsAre("all ipv6 outside to fd00::2 80 by ip6 nat PREROUTING"));
  EXPECT_THAT(of("0.0.0.0", 18081), ElementsAre("all ipv4 outside to here 99 by ip nat PREROUTING"));
  for (const std::uint16_t port : Ports{18091, 18092, 18094}) {
    EXPECT_THAT(of("0.0.0.0", port), ElementsAre("all ipv4 outside to 10.0.0.2 80 by ip nat PREROUTING")) << port;
  }
  EXPECT_THAT(of("0.0.0.0", 18096), IsEmpty());
}

TEST_F(Redirects, AsDockerPublishes) {
  EXPECT_THAT(of("0.0.0.0", 28080), ElementsAre("all ipv4 outside to 172.17.0.2 80 by ip nat DOCKER",
                                                "some ipv4 here to 172.17.0.2 80 by ip nat DOCKER"));
  EXPECT_THAT(of("192.168.1.1", 28080), ElementsAre("all ipv4 outside here to 172.17.0.2 80 by ip nat DOCKER"));
  EXPECT_THAT(of("127.0.0.1", 28080), IsEmpty());
}

constexpr const char* all_95 = "all ipv4 outside to here 8888 by ip plain prerouting";
constexpr const char* some_95 = "some ipv4 outside to here 8888 by ip plain prerouting";

TEST_F(Redirects, ForAnAddressOfAnotherMachineAreNotOfAWildcard) {
  routes.add("127.0.0.0", 8).add("127.0.0.1").add("192.168.1.2").add("fd00::9");
  EXPECT_THAT(of("0.0.0.0", 95), IsEmpty());
  EXPECT_THAT(of("::", 95), IsEmpty());
  EXPECT_THAT(of("192.168.1.1", 95), ElementsAre(all_95)) << "that one may be meant";
}

TEST_F(Redirects, ForOneOfTwoAddressesAreOfSome) {
  routes.add("127.0.0.0", 8).add("192.168.1.1").add("192.168.1.2");
  EXPECT_THAT(of("0.0.0.0", 95), ElementsAre(some_95));
}

TEST_F(Redirects, ForEveryAddressAreOfAll) {
  routes.add("127.0.0.0", 8).add("127.0.0.1").add("192.168.1.1").add("fd00::9");
  EXPECT_THAT(of("0.0.0.0", 95), ElementsAre(all_95));
  EXPECT_THAT(of("::", 95), ElementsAre(all_95));
}

TEST_F(Redirects, WithoutAConditionOnTheAddressStayOfAll) {
  routes.add("127.0.0.0", 8).add("192.168.1.1").add("192.168.1.2").add("::1").add("fe80::1");
  EXPECT_THAT(of("0.0.0.0", 8080), ElementsAre("all ipv4 outside to 10.0.0.2 80 by ip plain prerouting"));
  EXPECT_THAT(of("::", 8515), ElementsAre("all ipv4 ipv6 outside to here 1 by inet both prerouting"));
  EXPECT_THAT(of("0.0.0.0", 8200), ElementsAre("some ipv4 outside to 10.0.0.2 0 by ip plain prerouting"));
  EXPECT_THAT(of("0.0.0.0", 28080), ElementsAre("all ipv4 outside to 172.17.0.2 80 by ip nat DOCKER",
                                                "some ipv4 here to 172.17.0.2 80 by ip nat DOCKER"));
}

TEST_F(Redirects, ForAnAddressOfAnInterfaceThatHasNoRouteHereCount) {
  routes.add("192.168.1.2");
  interfaces = {{{*Address::parse("192.168.1.1"), 96 + 24}, {}, 2, false}};
  EXPECT_THAT(of("0.0.0.0", 95), ElementsAre(some_95));
}

TEST_F(Redirects, WhereTheAddressesAreNotKnownAreOfSome) {
  interfaces = {{{*Address::parse("192.168.1.2"), 96 + 24}, {}, 2, false}};
  EXPECT_THAT(of("0.0.0.0", 95), IsEmpty());
  routes.error = EPERM;
  EXPECT_THAT(of("0.0.0.0", 95), ElementsAre(some_95));
  routes.error = ENOENT;  // no table while nobody has an address
  EXPECT_THAT(of("0.0.0.0", 95), IsEmpty());
}

TEST_F(Redirects, WhereThereAreVeryManyAddressesAreOfSome) {
  for (int i = 1; i <= 64; ++i) routes.add(fmt::format("10.1.0.{}", i));
  EXPECT_THAT(of("0.0.0.0", 95), IsEmpty());
  routes.add("10.1.0.1");
  EXPECT_THAT(of("0.0.0.0", 95), IsEmpty()) << "it is there already";
  routes.add("10.1.0.65");
  EXPECT_THAT(of("0.0.0.0", 95), ElementsAre(some_95));
}

TEST_F(Redirects, WhereAWholeNetworkIsLocalMayBeForAnyAddressOfIt) {
  routes.add("10.1.0.1").add("192.168.0.0", 16);
  EXPECT_THAT(of("0.0.0.0", 95), ElementsAre(some_95));
  EXPECT_THAT(of("0.0.0.0", 8080), ElementsAre("all ipv4 outside to 10.0.0.2 80 by ip plain prerouting"));
  routes.rows.clear();
  routes.add("10.1.0.1").add("192.169.0.0", 16);
  EXPECT_THAT(of("0.0.0.0", 95), IsEmpty());
  routes.add("0.0.0.0", 0);  // as for a transparent proxy
  EXPECT_THAT(of("0.0.0.0", 95), ElementsAre(some_95));
}

TEST_F(Redirects, ForSomeLoopbackAddressAreOfSome) {
  routes.add("127.0.0.0", 8).add("127.0.0.1").add("192.168.1.2");
  be_only("OUTPUT", "127.0.0.11", IPPROTO_UDP);
  EXPECT_THAT(of("0.0.0.0", 53, Transport::udp), ElementsAre("some ipv4 here to here 99 by ip nat OUTPUT"));
  be_only("PREROUTING", "127.0.0.11", IPPROTO_UDP);
  EXPECT_THAT(of("0.0.0.0", 53, Transport::udp), IsEmpty()) << "nothing comes from outside";
}

TEST_F(Redirects, ForBroadcastAndMulticastAreOfSomeDatagrams) {
  routes.add("127.0.0.0", 8).add("10.1.0.1").add("10.1.0.255", 32, RTN_BROADCAST);
  for (const char* called : {"10.1.0.255", "255.255.255.255", "224.0.0.251", "239.1.2.3"}) {
    be_only("PREROUTING", called, IPPROTO_UDP);
    EXPECT_THAT(of("0.0.0.0", 9, Transport::udp), ElementsAre("some ipv4 outside to here 99 by ip nat PREROUTING"));
    be_only("PREROUTING", called, IPPROTO_TCP);
    EXPECT_THAT(of("0.0.0.0", 9), IsEmpty()) << called;
  }
  be_only("PREROUTING", "10.1.0.1", IPPROTO_UDP);
  EXPECT_THAT(of("0.0.0.0", 9, Transport::udp), ElementsAre("all ipv4 outside to here 99 by ip nat PREROUTING"));
}

TEST_F(Redirects, OfDifferentAddressesAreOfSomeEach) {
  rules.error = EINVAL;
  tree.net("ip_tables_names", "nat\n");
  fake::XtTableMaker table(AF_INET);
  ipt_ip head{};
  head.dst.s_addr = inet_addr("10.1.0.2");
  head.dmsk.s_addr = INADDR_BROADCAST;
  table.add("PREROUTING", fake::xt_redirect(AF_INET, 98).when(head)).add("PREROUTING", fake::xt_redirect(AF_INET, 99));
  legacy.tables[AF_INET] = table.make();
  routes.add("10.1.0.1").add("10.1.0.2");
  EXPECT_THAT(of("0.0.0.0", 9), ElementsAre("some ipv4 outside to here 99 by ip nat PREROUTING",
                                            "some ipv4 outside to here 98 by ip nat PREROUTING"));
}

TEST_F(Redirects, OfVeryManyRulesAreAllThereAndTheCertainOnesFirst) {
  rules.error = EINVAL;
  tree.net("ip_tables_names", "nat\n");
  fake::XtTableMaker table(AF_INET);
  constexpr std::uint16_t many = 1000;
  ipt_ip head{};  // of who calls nothing is known
  head.src.s_addr = inet_addr("10.9.9.9");
  head.smsk.s_addr = INADDR_BROADCAST;
  for (std::uint16_t port = 1; port <= many; ++port)
    table.add("PREROUTING", fake::xt_redirect(AF_INET, port).when(head));
  table.add("OUTPUT", fake::xt_redirect(AF_INET, many));
  legacy.tables[AF_INET] = table.make();
  const auto told = of("0.0.0.0", 2000);
  ASSERT_EQ(told.size(), many + 1U);
  EXPECT_EQ(told[0], "all ipv4 here to here 1000 by ip nat OUTPUT");
  EXPECT_EQ(told[1], "some ipv4 outside to here 1 by ip nat PREROUTING");
  EXPECT_EQ(told[many], "some ipv4 outside to here 1000 by ip nat PREROUTING");
}

TEST_F(Redirects, AreNotAskedForWhereNothingTracksConnections) {
  const fake::Proc bare;
  const sys::Proc proc = bare.open();
  EXPECT_THAT(collect::find_redirects({BindAttempt{}}, {}, {rules, legacy, routes}, proc).redirects, IsEmpty());
  EXPECT_EQ(rules.dumps + legacy.reads + routes.dumps, 0) << "to ask would load modules";
}

TEST_F(Redirects, ThatMayNotBeReadAreAGap) {
  rules.error = EPERM;
  const auto found = look({BindAttempt{}});
  ASSERT_TRUE(found.gap);
  EXPECT_EQ(found.gap->what, portscope::Gap::What::nat_rules);
  EXPECT_EQ(found.gap->why, "EPERM");
  rules.error = EINVAL;  // no nf_tables in this kernel
  EXPECT_FALSE(look({BindAttempt{}}).gap);
}

TEST_F(Redirects, OfIptablesLegacy) {
  rules.error = EINVAL;  // no nf_tables in this kernel
  be_legacy(AF_INET, 81);
  be_legacy(AF_INET6, 86);
  EXPECT_THAT(of("0.0.0.0", 8080), ElementsAre("all ipv4 outside to here 81 by ip nat PREROUTING"));
  EXPECT_THAT(of("::1", 8080), IsEmpty());
  EXPECT_THAT(of("2001:db8::1", 8080), ElementsAre("all ipv6 outside to here 86 by ip6 nat PREROUTING"));
  EXPECT_THAT(of("0.0.0.0", 8081), IsEmpty());
}

TEST_F(Redirects, OfAnotherChainOfTheSamePriorityMayBeFirst) {
  be_legacy(AF_INET, 81);
  EXPECT_THAT(of("0.0.0.0", 8080), ElementsAre("some ipv4 outside to here 81 by ip nat PREROUTING",
                                               "some ipv4 outside to 10.0.0.2 80 by ip plain prerouting"));
}

TEST_F(Redirects, OfATableThatIsNotThereAreNotAskedFor) {
  tree.net("ip_tables_names", "filter\nnot\n");
  EXPECT_FALSE(look({BindAttempt{}}).gap);
  EXPECT_EQ(legacy.reads, 0) << "to ask would load it";
}

TEST_F(Redirects, OfIptablesLegacyThatMayNotBeReadAreAGap) {
  be_legacy(AF_INET, 81);
  for (const auto& [error, why, remedy] : {std::tuple(EAGAIN, "EAGAIN", "iptables-legacy-save -t nat may show them"),
                                           std::tuple(EPERM, "EPERM", "CAP_NET_ADMIN is missing: run as root")}) {
    legacy.error = error;
    const auto found = look({BindAttempt{}});
    ASSERT_TRUE(found.gap);
    EXPECT_EQ(found.gap->why, why);
    EXPECT_EQ(found.gap->remedy, remedy);
  }
  legacy.error = 0;
  legacy.tables[AF_INET].entries.pop_back();
  ASSERT_TRUE(look({BindAttempt{}}).gap);
  EXPECT_EQ(look({BindAttempt{}}).gap->why, "EBADMSG");
  EXPECT_THAT(of("0.0.0.0", 8080), ElementsAre("all ipv4 outside to 10.0.0.2 80 by ip plain prerouting"));
}

TEST_F(Redirects, OfBrokenRepliesAreNotReadPastTheirEnd) {
  constexpr std::size_t longest = 700;
  for (std::size_t length = 0; length < longest; length += 3) {
    rules.spoil = [&](auto& row) { row.resize(std::min(row.size(), length)); };
    of("::", 8080);
    of("::", 8501);
  }
  std::mt19937 random(1);
  for (int i = 0; i < 300; ++i) {
    rules.spoil = [&](auto& row) { row[random() % row.size()] = static_cast<std::byte>(random()); };
    of("::", 8080);
    of("0.0.0.0", 28080);
  }
  rules.spoil = nullptr;
  EXPECT_THAT(of("0.0.0.0", 8081), IsEmpty());
}

TEST_F(Redirects, AreReadAgainWhileSomebodyChangesThem) {
  rules.error = EINTR;
  EXPECT_TRUE(look({BindAttempt{}}).gap);
  EXPECT_GT(rules.dumps, 1);
}

}  // namespace
