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
#include "collect/nat_walk.hpp"
#include "collect/nft_ruleset.hpp"
#include "collect/xt_ruleset.hpp"

namespace collect {

using portscope::Address;
using portscope::BindAttempt;
using portscope::NatRedirect;
using From = NatRedirect::From;

namespace {

std::uint8_t ip_protocol_of(portscope::Transport transport) {
  if (transport == portscope::Transport::udplite) return IPPROTO_UDPLITE;
  return transport == portscope::Transport::udp ? IPPROTO_UDP : IPPROTO_TCP;
}

/// What may come to a socket that is bound so. To the addresses of the loopback interface nothing comes from outside,
/// and what does not leave the machine is translated on its way out or not at all.
std::vector<NatPacket> packets_to(const BindAttempt& attempt) {
  NatPacket packet;
  packet.protocol = ip_protocol_of(attempt.transport);
  packet.port = attempt.port;
  if (!attempt.address.is_wildcard()) packet.to = {attempt.address, 128};
  std::vector<NatPacket> packets;
  for (const bool is_ipv6 : {false, true}) {
    const bool takes_both = attempt.address == Address{} && !attempt.v6_only;
    if (!takes_both && is_ipv6 == attempt.address.is_ipv4()) continue;
    packet.is_ipv6 = is_ipv6;
    for (const From from : {From::outside, From::here}) {
      packet.from = from;
      if (from == From::here || !attempt.address.is_loopback()) packets.push_back(packet);
    }
  }
  return packets;
}

/// What goes on for whoever comes by an interface that no rule names; if nothing does, for the others.
std::vector<NatRedirect> redirects_of(NatPacket packet, const NatRulesets& rules) {
  auto found = walk_chains(packet, rules);
  if (!found.empty() || packet.from == From::here) return found;
  packet.by_any_interface = true;
  return walk_chains(packet, rules);
}

/// Ways that differ only in who comes by them are told as one.
void add_redirect(std::vector<NatRedirect>& all, const NatRedirect& redirect) {
  const auto known = std::find_if(all.begin(), all.end(), [&](NatRedirect other) {
    const bool is_one_more = other.over == redirect.over || other.from == redirect.from;
    other.over = redirect.over;
    other.from = redirect.from;
    return is_one_more && other == redirect;
  });
  if (known == all.end()) return all.push_back(redirect);
  known->over |= redirect.over;
  known->from |= redirect.from;
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

Redirects find_redirects(const std::vector<BindAttempt>& attempts, const RuleDoors& doors, const sys::Proc& proc) {
  if (!tracks_connections(proc)) return {};
  Rules rules = read_all_rules(doors, proc);
  Redirects all{{}, std::move(rules.gap)};
  for (const BindAttempt& attempt : attempts) {
    for (const NatPacket& packet : packets_to(attempt)) {
      for (const NatRedirect& redirect : redirects_of(packet, rules.sets)) add_redirect(all.redirects, redirect);
    }
  }
  return all;
}

}  // namespace collect
