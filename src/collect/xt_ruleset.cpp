// SPDX-License-Identifier: MIT
#include "collect/xt_ruleset.hpp"

#include <netinet/in.h>  // before <linux/in.h>, which gives way to it
#include <sys/socket.h>

#include <linux/netfilter.h>
#include <linux/netfilter/x_tables.h>
#include <linux/netfilter_ipv4.h>

#include <array>
#include <cerrno>
#include <utility>

namespace collect {

namespace {

constexpr const char* table_name = "nat";

/// The chains that are always there, by NF_INET_*.
constexpr std::array<const char*, NF_INET_NUMHOOKS> own_chains{"PREROUTING", "INPUT", "FORWARD", "OUTPUT",
                                                               "POSTROUTING"};

std::string text_in(sys::Bytes bytes) {
  std::string text;
  for (const std::byte each : bytes) {
    if (each == std::byte{}) break;
    text += std::to_integer<char>(each);
  }
  return text;
}

}  // namespace

const char* XtRuleset::own_chain_at(std::size_t offset) const {
  for (std::size_t hook = 0; hook < own_chains.size(); ++hook) {
    const bool has_hook = (table_.valid_hooks & 1U << hook) != 0;
    if (has_hook && table_.hook_entry.at(hook) == offset) return own_chains.at(hook);
  }
  return nullptr;
}

/// A chain of the kernel's own begins where its hook does, one of somebody's behind a rule whose target ERROR has its
/// name; the last rule is such a one too, with no chain behind it (libiptc.c of iptables(8)).
int XtRuleset::divide() {
  const sys::Bytes all(table_.entries);
  std::vector<XtEntry>* chain = nullptr;
  const auto begin_chain = [&](std::string name, std::size_t offset) {
    const auto [made, is_new] = chains_.try_emplace({family_, table_name, name});
    beginnings_.emplace(offset, std::move(name));
    chain = &made->second;
    return is_new;
  };
  for (std::size_t at = 0; at < all.size();) {
    auto entry = entry_at(family_, all, at);
    if (!entry) return EBADMSG;
    const char* const own = own_chain_at(at);
    if (own != nullptr && !begin_chain(own, at)) return EBADMSG;
    at = entry->next();
    if (entry->target.name != XT_ERROR_TARGET) {
      if (chain == nullptr) return EBADMSG;
      chain->push_back(std::move(*entry));
    } else if (at < all.size() && !begin_chain(text_in(entry->target.info), at)) {
      return EBADMSG;
    }
  }
  return 0;
}

int XtRuleset::read(const sys::XtTables& door) {
  chains_.clear();
  beginnings_.clear();
  auto table = door.read(family_ == NFPROTO_IPV6 ? AF_INET6 : AF_INET, table_name);
  if (!table) return table.error();
  table_ = std::move(*table);
  const int error = divide();
  if (error != 0) chains_.clear();
  return error;
}

/// Of both families the kernel begins at the same priority (iptable_nat.c, ip6table_nat.c).
std::vector<NatStart> XtRuleset::starts(const NatPacket& packet) const {
  if (packet.is_ipv6 != (family_ == NFPROTO_IPV6)) return {};
  const bool from_outside = packet.from == portscope::NatRedirect::From::outside;
  return {{NF_IP_PRI_NAT_DST,
           {family_, table_name, own_chains.at(from_outside ? NF_INET_PRE_ROUTING : NF_INET_LOCAL_OUT)}}};
}

std::size_t XtRuleset::rules_in(const NatName& chain) const {
  const auto found = chains_.find(chain);
  return found == chains_.end() ? 0 : found->second.size();
}

NatOutcome XtRuleset::run(const NatName& chain, std::size_t rule, const NatPacket& packet) {
  return run_xt_rule(chains_.at(chain).at(rule), packet, beginnings_);
}

}  // namespace collect
