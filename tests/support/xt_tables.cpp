// SPDX-License-Identifier: MIT
#include "support/xt_tables.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <linux/netfilter.h>
#include <linux/netfilter/nf_nat.h>
#include <linux/netfilter/xt_tcpudp.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "sys/ip_tables.hpp"

namespace fake {

namespace {

using Block = std::vector<std::byte>;

template <class T>
Block block_of(const T& value) {
  const auto bytes = std::as_bytes(std::span(&value, 1));
  return {bytes.begin(), bytes.end()};
}

void add_to(Block& to, const Block& more) { to.insert(to.end(), more.begin(), more.end()); }

/// What a rule takes up, its target being one of no more than a verdict where it has none yet.
std::size_t size_of(const XtRule& rule, int family) {
  std::size_t size = family == AF_INET6 ? sizeof(ip6t_entry) : sizeof(ipt_entry);
  for (const Block& match : rule.matches) size += match.size();
  return size + (rule.target.empty() ? xt_extension("", 0, int{}).size() : rule.target.size());
}

template <class Entry, class Head>
Block laid_out(Head Entry::*place, const XtRule& rule, const Block& target, std::size_t size) {
  Entry entry{};
  if (!rule.head.empty()) entry.*place = sys::copy_from<Head>(rule.head);
  entry.target_offset = static_cast<__u16>(size - target.size());
  entry.next_offset = static_cast<__u16>(size);
  Block all = block_of(entry);
  for (const Block& match : rule.matches) add_to(all, match);
  add_to(all, target);
  return all;
}

Block write_rule(const XtRule& rule, int family, int verdict) {
  const Block target = rule.target.empty() ? xt_extension("", 0, verdict) : rule.target;
  const std::size_t size = size_of(rule, family);
  return family == AF_INET6 ? laid_out(&ip6t_entry::ipv6, rule, target, size)
                            : laid_out(&ipt_entry::ip, rule, target, size);
}

/// The rule before a chain of somebody's, and the last one.
XtRule label(std::string_view name) {
  std::array<char, XT_FUNCTION_MAXNAMELEN> text{};
  std::copy(name.begin(), name.end(), text.begin());
  XtRule rule;
  rule.target = xt_extension(XT_ERROR_TARGET, 0, text);
  return rule;
}

constexpr std::size_t own_chains = 4;
constexpr std::array<unsigned, own_chains> own_hooks{NF_INET_PRE_ROUTING, NF_INET_LOCAL_IN, NF_INET_LOCAL_OUT,
                                                     NF_INET_POST_ROUTING};

}  // namespace

std::vector<std::byte> xt_extension(std::string_view name, std::uint8_t revision, sys::Bytes info) {
  xt_entry_match head{};
  const std::size_t size = XT_ALIGN(sizeof head + info.size());
  head.u.user.match_size = static_cast<__u16>(size);
  std::memcpy(head.u.user.name, name.data(), std::min(name.size(), sizeof head.u.user.name - 1));
  head.u.user.revision = revision;
  Block all = block_of(head);
  all.insert(all.end(), info.begin(), info.end());
  all.resize(size);
  return all;
}

XtRule xt_jump(std::string chain) {
  XtRule rule;
  rule.jump = std::move(chain);
  return rule;
}

XtRule xt_verdict(int verdict) {
  XtRule rule;
  rule.verdict = verdict;
  return rule;
}

XtRule xt_return() { return xt_verdict(XT_RETURN); }

std::vector<std::byte> xt_dport(std::uint16_t port) {
  xt_tcp wanted{};
  wanted.spts[1] = UINT16_MAX;
  wanted.dpts[0] = wanted.dpts[1] = port;
  return xt_extension("tcp", 0, wanted);
}

XtRule xt_redirect(int family, std::uint16_t port) {
  XtRule rule;
  if (family == AF_INET6) {
    nf_nat_range range{};
    range.flags = NF_NAT_RANGE_PROTO_SPECIFIED;
    range.min_proto.all = range.max_proto.all = htons(port);
    rule.target = xt_extension("REDIRECT", 0, range);
    return rule;
  }
  nf_nat_ipv4_multi_range_compat ranges{};
  ranges.rangesize = 1;
  ranges.range[0].flags = NF_NAT_RANGE_PROTO_SPECIFIED;
  ranges.range[0].min.all = ranges.range[0].max.all = htons(port);
  rule.target = xt_extension("REDIRECT", 0, ranges);
  return rule;
}

XtTableMaker& XtTableMaker::add(const std::string& chain, XtRule rule) {
  auto found = std::find_if(chains_.begin(), chains_.end(), [&](const auto& each) { return each.first == chain; });
  if (found == chains_.end()) found = chains_.insert(found, {chain, {}});
  found->second.push_back(std::move(rule));
  return *this;
}

sys::XtTable XtTableMaker::make() const {
  constexpr int accept = -NF_ACCEPT - 1;
  std::vector<XtRule> rules;
  std::map<std::string, std::size_t> first;  // the number of each chain's first rule
  for (std::size_t i = 0; i < chains_.size(); ++i) {
    const auto& [name, inside] = chains_[i];
    if (i >= own_chains) rules.push_back(label(name));
    first[name] = rules.size();
    rules.insert(rules.end(), inside.begin(), inside.end());
    rules.push_back(i < own_chains ? xt_verdict(accept) : xt_return());
  }
  rules.push_back(label(XT_ERROR_TARGET));
  std::vector<std::size_t> offsets{0};
  for (const XtRule& rule : rules) offsets.push_back(offsets.back() + size_of(rule, family_));

  sys::XtTable table;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const auto to = rules[i].falls_through ? i + 1 : rules[i].jump.empty() ? rules.size() : first.at(rules[i].jump);
    const int verdict = to == rules.size() ? rules[i].verdict : static_cast<int>(offsets[to]);
    add_to(table.entries, write_rule(rules[i], family_, verdict));
  }
  for (std::size_t i = 0; i < own_chains; ++i) {
    table.valid_hooks |= 1U << own_hooks.at(i);
    table.hook_entry.at(own_hooks.at(i)) = static_cast<std::uint32_t>(offsets[first.at(chains_[i].first)]);
  }
  return table;
}

sys::Result<sys::XtTable> XtTables::read(int family, std::string_view table) const {
  ++reads;
  const auto found = tables.find(family);
  if (error != 0) return sys::Result<sys::XtTable>::failure(error);
  if (table != "nat" || found == tables.end()) return sys::Result<sys::XtTable>::failure(ENOENT);
  return found->second;
}

}  // namespace fake
