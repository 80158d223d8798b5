// SPDX-License-Identifier: MIT
#include "collect/nft_ruleset.hpp"

#include <netinet/in.h>  // before <linux/in.h>, which gives way to it

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include <cerrno>
#include <set>
#include <utility>

#include "collect/nft_attributes.hpp"
#include "collect/nft_rule.hpp"

namespace collect {

namespace {

constexpr std::size_t head_size = sizeof(nfgenmsg);
constexpr unsigned nftables_shift = 8;  // the number of the subsystem is the upper byte of a message's type

/// What a dump is about, in its attributes: number and text of each.
using AboutWhat = std::vector<std::pair<std::uint16_t, std::string>>;

/// While somebody changes the rules the kernel marks what it has sent as torn (NLM_F_DUMP_INTR).
int dump_rules(sys::Dumps& door, unsigned message, std::uint8_t family, const AboutWhat& about,
               const std::function<void(std::uint8_t family, const Attributes&)>& on_row) {
  const nfgenmsg head{family, NFNETLINK_V0, 0};
  const auto bytes = std::as_bytes(std::span(&head, 1));
  std::vector<std::byte> body(bytes.begin(), bytes.end());
  for (const auto& [type, text] : about) {
    sys::append_attribute(body, type, std::as_bytes(std::span(text.c_str(), text.size() + 1)));
  }
  const auto type = static_cast<std::uint16_t>(NFNL_SUBSYS_NFTABLES << nftables_shift | message);
  return door
      .dump({type, body},
            [&](sys::Bytes row) {
              if (row.size() < head_size) return;
              on_row(sys::copy_from<nfgenmsg>(row).nfgen_family, Attributes(row.subspan(head_size)));
            })
      .error;
}

std::vector<std::byte> copy(sys::Bytes bytes) { return {bytes.begin(), bytes.end()}; }

bool redirects(std::uint32_t hook) { return hook == NF_INET_PRE_ROUTING || hook == NF_INET_LOCAL_OUT; }

}  // namespace

int NftRuleset::read_chains() {
  return dump_rules(door_, NFT_MSG_GETCHAIN, NFPROTO_UNSPEC, {}, [&](std::uint8_t family, const Attributes& chain) {
    const bool may_matter = family == NFPROTO_IPV4 || family == NFPROTO_IPV6 || family == NFPROTO_INET;
    if (!may_matter) return;
    NftChain& made = chains_[{family, chain.text(NFTA_CHAIN_TABLE), chain.text(NFTA_CHAIN_NAME)}];
    const Attributes hook = chain.within(NFTA_CHAIN_HOOK);
    if (chain.text(NFTA_CHAIN_TYPE) != "nat" || !redirects(hook.number(NFTA_HOOK_HOOKNUM))) return;
    made.nat_hook = NftHook{hook.number(NFTA_HOOK_HOOKNUM), static_cast<std::int32_t>(hook.number(NFTA_HOOK_PRIORITY))};
  });
}

int NftRuleset::read_rules(std::uint8_t family, const std::string& table) {
  return dump_rules(door_, NFT_MSG_GETRULE, family, {{NFTA_RULE_TABLE, table}},
                    [&](std::uint8_t from, const Attributes& rule) {
                      const auto chain = chains_.find({from, rule.text(NFTA_RULE_TABLE), rule.text(NFTA_RULE_CHAIN)});
                      // Kernels before 5.16 send the rules of other tables, too.
                      if (chain == chains_.end() || from != family || chain->first.table != table) return;
                      chain->second.rules.push_back(copy(rule.bytes(NFTA_RULE_EXPRESSIONS)));
                    });
}

int NftRuleset::read() {
  constexpr int most_tries = 5;
  int error = EINTR;
  for (int tries = 0; tries < most_tries && error == EINTR; ++tries) {
    chains_.clear();
    error = read_chains();
    std::set<std::pair<std::uint8_t, std::string>> tables;
    for (const auto& [name, chain] : chains_) {
      if (chain.nat_hook) tables.emplace(name.family, name.table);
    }
    for (const auto& [family, table] : tables) {
      if (error == 0) error = read_rules(family, table);
    }
  }
  return error;
}

std::vector<NatStart> NftRuleset::starts(const NatPacket& packet) const {
  const std::uint8_t own_family = packet.is_ipv6 ? NFPROTO_IPV6 : NFPROTO_IPV4;
  const bool from_outside = packet.from == portscope::NatRedirect::From::outside;
  const std::uint32_t hook = from_outside ? NF_INET_PRE_ROUTING : NF_INET_LOCAL_OUT;
  std::vector<NatStart> starts;
  for (const auto& [name, chain] : chains_) {
    const bool is_ours = name.family == own_family || name.family == NFPROTO_INET;
    if (is_ours && chain.nat_hook && chain.nat_hook->number == hook) starts.push_back({chain.nat_hook->priority, name});
  }
  return starts;
}

std::size_t NftRuleset::rules_in(const NatName& chain) const {
  const auto found = chains_.find(chain);
  return found == chains_.end() ? 0 : found->second.rules.size();
}

NatOutcome NftRuleset::run(const NatName& chain, std::size_t rule, const NatPacket& packet) {
  return run_rule(chains_.at(chain).rules.at(rule), packet, chain, *this);
}

const std::vector<NftElement>& NftRuleset::elements(const NatName& set) {
  const auto [found, is_new] = sets_.try_emplace(set);
  if (!is_new) return found->second;
  auto& elements = found->second;
  dump_rules(door_, NFT_MSG_GETSETELEM, set.family,
             {{NFTA_SET_ELEM_LIST_TABLE, set.table}, {NFTA_SET_ELEM_LIST_SET, set.name}},
             [&](std::uint8_t, const Attributes& part) {
               part.within(NFTA_SET_ELEM_LIST_ELEMENTS).each([&](sys::Bytes bytes) {
                 const Attributes element(bytes);
                 const bool is_end = (element.number(NFTA_SET_ELEM_FLAGS) & NFT_SET_ELEM_INTERVAL_END) != 0;
                 elements.push_back({copy(element.within(NFTA_SET_ELEM_KEY).bytes(NFTA_DATA_VALUE)),
                                     copy(element.within(NFTA_SET_ELEM_KEY_END).bytes(NFTA_DATA_VALUE)),
                                     copy(element.bytes(NFTA_SET_ELEM_DATA)), is_end});
               });
             });
  return elements;
}

}  // namespace collect
