// SPDX-License-Identifier: MIT
#include "collect/nat_redirects.hpp"

#include <netinet/in.h>  // before <linux/in.h>, which gives way to it

#include <linux/netfilter.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <string_view>
#include <utility>

#include "collect/errors.hpp"
#include "collect/fields.hpp"
#include "collect/nft_rule.hpp"
#include "collect/nft_ruleset.hpp"

namespace collect {

using portscope::Address;
using portscope::BindAttempt;
using portscope::NatRedirect;
using portscope::Truth;
using Action = NftOutcome::Action;
using From = NatRedirect::From;

namespace {

/// The way of a packet through the chains of one hook.
class ChainWalk {
 public:
  ChainWalk(const NatPacket& packet, NftRuleset& rules) : packet_(packet), rules_(rules) {}

  std::vector<NatRedirect> run();

 private:
  Truth ask(const NftName& name, Truth reached, int depth);
  Truth follow(const NftName& name, const NftOutcome& outcome, Truth reached, int depth);
  void note(const NftName& name, const NatTarget& target, Truth applies);
  [[nodiscard]] std::vector<NftName> first_chains() const;

  const NatPacket& packet_;
  NftRuleset& rules_;
  std::vector<NatRedirect> found_;
  int budget_ = 200'000;  ///< rules; where much is unknown the ways through the chains of a cluster multiply
};

std::vector<NftName> ChainWalk::first_chains() const {
  const std::uint8_t own_family = packet_.is_ipv6 ? NFPROTO_IPV6 : NFPROTO_IPV4;
  const std::uint32_t hook = packet_.from == From::outside ? NF_INET_PRE_ROUTING : NF_INET_LOCAL_OUT;
  std::vector<std::pair<std::int32_t, NftName>> chains;
  for (const auto& [name, chain] : rules_.chains()) {
    const bool is_ours = name.family == own_family || name.family == NFPROTO_INET;
    if (is_ours && chain.nat_hook && chain.nat_hook->number == hook)
      chains.emplace_back(chain.nat_hook->priority, name);
  }
  std::sort(chains.begin(), chains.end());
  std::vector<NftName> names;
  names.reserve(chains.size());
  for (auto& [priority, name] : chains) names.push_back(std::move(name));
  return names;
}

void ChainWalk::note(const NftName& name, const NatTarget& target, Truth applies) {
  const bool stays = !target.address && (target.port == 0 || target.port == packet_.port);
  if (stays) return;
  const char* family = name.family == NFPROTO_INET ? "inet " : name.family == NFPROTO_IPV6 ? "ip6 " : "ip ";
  const auto over = packet_.is_ipv6 ? portscope::Family::ipv6 : portscope::Family::ipv4;
  found_.push_back({{over}, {packet_.from}, applies, target.address, target.port, family + name.table, name.name});
}

/// Whether the packet's way ends there, be it by being redirected.
Truth ChainWalk::follow(const NftName& name, const NftOutcome& outcome, Truth reached, int depth) {
  const Truth applies = std::min(reached, outcome.applies);
  if (outcome.action == Action::redirect) note(name, outcome.target, applies);
  if (outcome.chains.empty()) return applies;
  Truth ends = Truth::no;
  for (const std::string& chain : outcome.chains) {
    ends = std::max(ends, ask({name.family, name.table, chain}, applies, depth + 1));
  }
  return ends;
}

/// Asks the rules of a chain. `yes`: the packet goes no further than that.
Truth ChainWalk::ask(const NftName& name, Truth reached, int depth) {
  constexpr int deepest = 16;  // NFT_JUMP_STACK_SIZE, include/net/netfilter/nf_tables.h
  const auto chain = rules_.chains().find(name);
  if (chain == rules_.chains().end() || depth == deepest) return Truth::no;
  Truth ended = Truth::no;
  for (const auto& rule : chain->second.rules) {
    if (budget_-- <= 0) return Truth::maybe;
    const NftOutcome outcome = run_rule(rule, packet_, name, rules_);
    if (outcome.applies == Truth::no || outcome.action == Action::none) continue;
    const bool leaves = outcome.action == Action::leave;
    const Truth ends = leaves ? Truth::no : follow(name, outcome, reached, depth);
    if (ends == Truth::yes) return Truth::yes;
    ended = std::max(ended, ends);
    if ((leaves || outcome.action == Action::go_to) && outcome.applies == Truth::yes) return ended;
    // Whoever may have gone another way may not be here.
    if (leaves || ends == Truth::maybe || outcome.action == Action::go_to) reached = std::min(reached, Truth::maybe);
  }
  return ended;
}

/// The first translation counts, whichever chain it stands in (nf_nat_inet_fn, net/netfilter/nf_nat_core.c); to accept
/// a packet ends only the chain that does.
std::vector<NatRedirect> ChainWalk::run() {
  Truth reached = Truth::yes;
  for (const NftName& name : first_chains()) {
    ask(name, reached, 0);
    const auto is_sure = [](const NatRedirect& redirect) { return redirect.applies == Truth::yes; };
    if (std::any_of(found_.begin(), found_.end(), is_sure)) break;
    if (!found_.empty()) reached = Truth::maybe;
  }
  return std::move(found_);
}

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
  if (!attempt.address.is_wildcard()) packet.to = attempt.address;
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
std::vector<NatRedirect> redirects_of(NatPacket packet, NftRuleset& rules) {
  auto found = ChainWalk(packet, rules).run();
  if (!found.empty() || packet.from == From::here) return found;
  packet.by_any_interface = true;
  return ChainWalk(packet, rules).run();
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

portscope::Gap gap_of(int error, std::string otherwise) {
  return {portscope::Gap::What::nat_rules, std::nullopt, errno_name(error), std::nullopt,
          remedy(error, std::move(otherwise))};
}

/// The iptables of old has tables of its own, which only it can read (IPT_SO_GET_ENTRIES).
std::optional<portscope::Gap> gap_of_old_tables(const sys::Proc& proc) {
  for (const char* file : {"thread-self/net/ip_tables_names", "thread-self/net/ip6_tables_names"}) {
    const auto names = proc.read(file);
    for (std::string_view rest = names ? *names : std::string_view(); !rest.empty();) {
      if (take_line(rest) == "nat")
        return gap_of(EOPNOTSUPP, "iptables-legacy-save -t nat shows the rules of old kind");
    }
  }
  return std::nullopt;
}

}  // namespace

Redirects find_redirects(const std::vector<BindAttempt>& attempts, sys::Dumps& netfilter, const sys::Proc& proc) {
  if (!tracks_connections(proc)) return {};
  NftRuleset rules(netfilter);
  const int error = rules.read();
  Redirects all{{}, gap_of_old_tables(proc)};
  if (has_no_rules(error)) return all;
  if (error == EPERM) return {{}, gap_of(error, "CAP_NET_ADMIN is missing: run as root")};
  if (error != 0) return {{}, gap_of(error, "nft list ruleset may show them")};
  for (const BindAttempt& attempt : attempts) {
    for (const NatPacket& packet : packets_to(attempt)) {
      for (const NatRedirect& redirect : redirects_of(packet, rules)) add_redirect(all.redirects, redirect);
    }
  }
  return all;
}

}  // namespace collect
