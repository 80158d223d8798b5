// SPDX-License-Identifier: MIT
#include "collect/nat_redirects.hpp"

#include <netinet/in.h>  // before <linux/in.h>, which gives way to it

#include <linux/netfilter.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "collect/errors.hpp"
#include "collect/fields.hpp"
#include "collect/local_routes.hpp"
#include "collect/nat_merge.hpp"
#include "collect/nat_walk.hpp"
#include "collect/nat_ways.hpp"
#include "collect/nft_ruleset.hpp"
#include "collect/xt_ruleset.hpp"

namespace collect {

using portscope::BindAttempt;
using portscope::NatRedirect;
using From = NatRedirect::From;

namespace {

/// What goes on for whoever comes by an interface that no rule names; if nothing does, for the others. By any of them
/// goes all that does by one, so where that is nothing it is found out by one walk.
std::vector<NatRedirect> redirects_of(NatPacket packet, const NatRulesets& rules) {
  packet.by_any_interface = packet.from == From::outside;
  auto by_any = walk_chains(packet, rules);
  if (by_any.empty() || packet.from == From::here) return by_any;
  packet.by_any_interface = false;
  auto by_others = walk_chains(packet, rules);
  return by_others.empty() ? by_any : by_others;
}

std::vector<NatRedirect> redirects_of(const NatWay& way, const NatRulesets& rules) {
  MergedDestinations all;
  NatPacket packet = way.packet;
  for (const NatDestination& called : way.called) {
    packet.to = called.address;
    all.add(redirects_of(packet, rules), called.is_own);
  }
  return std::move(all).take();
}

/// Without connection tracking there is no NAT; to ask for rules would load modules for nothing.
bool tracks_connections(const sys::Proc& proc) {
  return static_cast<bool>(proc.read("sys/net/netfilter/nf_conntrack_max"));
}

/// Neither nfnetlink nor nf_tables is in this kernel.
bool has_no_rules(int error) { return error == EPROTONOSUPPORT || error == EINVAL; }

constexpr const char* lacks_net_admin = "CAP_NET_ADMIN is missing: run as root";

portscope::Gap gap_of(int error, std::string otherwise) {
  return {portscope::Gap::What::nat_rules, std::nullopt, errno_name(error), std::nullopt,
          remedy(error, std::move(otherwise))};
}

/// All rules that there are to read, and why not all could be.
struct Rules {
  NatRulesets sets{};
  std::optional<portscope::Gap> gap{};
};

/// Rules of nft(8), and of what iptables(8) mostly is today.
void read_nft(Rules& rules, const RuleDoors& doors) {
  auto nft = std::make_unique<NftRuleset>(doors.netfilter);
  const int error = nft->read();
  if (has_no_rules(error)) return;
  if (error == 0) return rules.sets.push_back(std::move(nft));
  rules.gap = gap_of(error, error == EPERM ? lacks_net_admin : "nft list ruleset may show them");
}

/// Where the rules of iptables-legacy are told of, of one family.
struct LegacyPlace {
  std::uint8_t family;
  const char* names;  ///< of its tables that there are
  const char* command;
};
constexpr std::array legacy_places{
    LegacyPlace{NFPROTO_IPV4, "thread-self/net/ip_tables_names", "iptables-legacy-save"},
    LegacyPlace{NFPROTO_IPV6, "thread-self/net/ip6_tables_names", "ip6tables-legacy-save"}};

/// Whether there is a table of NAT rules. To ask for one that is not there would make it.
sys::Result<bool> has_table(const LegacyPlace& place, const sys::Proc& proc) {
  const auto names = proc.read(place.names);
  if (!names) return names.error() == ENOENT ? sys::Result<bool>(false) : sys::Result<bool>::failure(names.error());
  for (std::string_view rest = *names; !rest.empty();) {
    if (take_line(rest) == "nat") return true;
  }
  return false;
}

void read_legacy(Rules& rules, const LegacyPlace& place, const RuleDoors& doors, const sys::Proc& proc) {
  const auto is_there = has_table(place, proc);
  if (is_there && !*is_there) return;
  auto legacy = std::make_unique<XtRuleset>(place.family);
  const int error = is_there ? legacy->read(doors.xtables) : is_there.error();
  if (error == 0) return rules.sets.push_back(std::move(legacy));
  std::string otherwise = std::string(place.command) + " -t nat may show them";
  if (error == EPERM) otherwise = lacks_net_admin;
  if (error == EACCES) otherwise = "only root can see whether iptables-legacy has any: run as root";
  if (!rules.gap) rules.gap = gap_of(error, std::move(otherwise));
}

/// Who may not read those of nft may not read the others.
Rules read_all_rules(const RuleDoors& doors, const sys::Proc& proc) {
  Rules rules;
  read_nft(rules, doors);
  if (rules.gap && rules.gap->why == errno_name(EPERM)) return rules;
  for (const LegacyPlace& place : legacy_places) read_legacy(rules, place, doors, proc);
  return rules;
}

}  // namespace

Redirects find_redirects(const std::vector<BindAttempt>& attempts,
                         const std::vector<portscope::LocalAddress>& interfaces, const RuleDoors& doors,
                         const sys::Proc& proc) {
  if (!tracks_connections(proc)) return {};
  Rules rules = read_all_rules(doors, proc);
  if (rules.sets.empty()) return {{}, std::move(rules.gap)};
  MergedWays all;
  for (const NatWay& way : ways_to(attempts, local_networks(interfaces, doors.routes))) {
    for (NatRedirect& redirect : redirects_of(way, rules.sets)) all.add(std::move(redirect));
  }
  return {std::move(all).take(), std::move(rules.gap)};
}

}  // namespace collect
