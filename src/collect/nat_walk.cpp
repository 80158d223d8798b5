// SPDX-License-Identifier: MIT
#include "collect/nat_walk.hpp"

#include <netinet/in.h>  // before <linux/in.h>, which gives way to it

#include <linux/netfilter.h>

#include <algorithm>
#include <utility>

namespace collect {

using portscope::NatRedirect;
using portscope::Truth;
using Action = NatOutcome::Action;

namespace {

/// A chain in which the kernel begins, and whose it is.
struct Start {
  NatStart where;
  NatRuleset* rules;
};
using Starts = std::vector<Start>;

Starts starts_of(const NatPacket& packet, const NatRulesets& rulesets) {
  Starts starts;
  for (const auto& rules : rulesets) {
    for (auto& start : rules->starts(packet)) starts.push_back({std::move(start), rules.get()});
  }
  const auto comes_before = [](const Start& one, const Start& other) { return one.where < other.where; };
  std::stable_sort(starts.begin(), starts.end(), comes_before);
  return starts;
}

/// The way of a packet through the chains of one hook.
class ChainWalk {
 public:
  explicit ChainWalk(const NatPacket& packet) : packet_(packet) {}

  std::vector<NatRedirect> run(const Starts& starts);

 private:
  void ask_equals(Starts::const_iterator begin, Starts::const_iterator end, Truth reached);
  Truth ask(const NatName& name, Truth reached, int depth);
  Truth follow(const NatName& name, const NatOutcome& outcome, Truth reached, int depth);
  void note(const NatName& name, const NatTarget& target, Truth applies);

  const NatPacket& packet_;
  NatRuleset* rules_ = nullptr;  ///< whose chain is asked
  std::vector<NatRedirect> found_;
  int budget_ = 200'000;  ///< rules; where much is unknown the ways through the chains of a cluster multiply
};

void ChainWalk::note(const NatName& name, const NatTarget& target, Truth applies) {
  const bool stays = !target.address && (target.port == 0 || target.port == packet_.port);
  if (stays) return;
  const char* family = name.family == NFPROTO_INET ? "inet " : name.family == NFPROTO_IPV6 ? "ip6 " : "ip ";
  const auto over = packet_.is_ipv6 ? portscope::Family::ipv6 : portscope::Family::ipv4;
  found_.push_back(
      {{over}, {packet_.from}, applies, target.address, target.port, family + name.table, name.name, rules_->keeper()});
}

/// Whether the packet's way ends there, be it by being redirected.
Truth ChainWalk::follow(const NatName& name, const NatOutcome& outcome, Truth reached, int depth) {
  const Truth applies = std::min(reached, outcome.applies);
  if (outcome.action == Action::redirect) note(name, outcome.target, applies);
  if (outcome.action == Action::unknown) return Truth::maybe;
  if (outcome.chains.empty()) return applies;
  Truth ends = Truth::no;
  for (const std::string& chain : outcome.chains) {
    ends = std::max(ends, ask({name.family, name.table, chain}, applies, depth + 1));
  }
  return ends;
}

/// Asks the rules of a chain. `yes`: the packet goes no further than that.
Truth ChainWalk::ask(const NatName& name, Truth reached, int depth) {
  // NFT_JUMP_STACK_SIZE (include/net/netfilter/nf_tables.h) is 16; x_tables allows as many as there are chains.
  constexpr int deepest = 128;
  if (depth == deepest) return Truth::maybe;
  Truth ended = Truth::no;
  const std::size_t rules = rules_->rules_in(name);
  for (std::size_t rule = 0; rule < rules; ++rule) {
    if (budget_-- <= 0) return Truth::maybe;
    const NatOutcome outcome = rules_->run(name, rule, packet_);
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

/// Chains of one priority. Of these the kernel asks first what was registered last (nf_hook_entries_grow,
/// net/netfilter/core.c), which nobody can see: where several would translate, each of them is a maybe.
void ChainWalk::ask_equals(Starts::const_iterator begin, Starts::const_iterator end, Truth reached) {
  const std::size_t before = found_.size();
  int translating = 0;
  for (auto start = begin; start != end; ++start) {
    const std::size_t found = found_.size();
    rules_ = start->rules;
    ask(start->where.chain, reached, 0);
    if (found_.size() > found) ++translating;
  }
  if (translating < 2) return;
  for (std::size_t i = before; i < found_.size(); ++i) found_[i].applies = std::min(found_[i].applies, Truth::maybe);
}

/// The first translation counts, whichever chain it stands in (nf_nat_inet_fn, net/netfilter/nf_nat_core.c); to accept
/// a packet ends only the chain that does.
std::vector<NatRedirect> ChainWalk::run(const Starts& starts) {
  for (auto begin = starts.begin(); begin != starts.end();) {
    const auto is_later = [&](const Start& start) { return start.where.priority != begin->where.priority; };
    const auto end = std::find_if(begin, starts.end(), is_later);
    ask_equals(begin, end, found_.empty() ? Truth::yes : Truth::maybe);
    const auto is_sure = [](const NatRedirect& redirect) { return redirect.applies == Truth::yes; };
    if (std::any_of(found_.begin(), found_.end(), is_sure)) break;
    begin = end;
  }
  return std::move(found_);
}

}  // namespace

std::vector<NatRedirect> walk_chains(const NatPacket& packet, const NatRulesets& rulesets) {
  return ChainWalk(packet).run(starts_of(packet, rulesets));
}

}  // namespace collect
