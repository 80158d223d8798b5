// SPDX-License-Identifier: MIT
#include "collect/nat_merge.hpp"

#include <algorithm>

namespace collect {

using portscope::NatRedirect;
using portscope::Truth;

namespace {

NatPlace place_of(const NatRedirect& redirect) {
  return {redirect.address, redirect.port, redirect.table, redirect.chain, redirect.keeper};
}

}  // namespace

/// In one walk at most one is certain: it goes no further than there.
void MergedDestinations::add(std::vector<NatRedirect> found, bool is_own) {
  if (is_own) ++own_;
  for (NatRedirect& redirect : found) {
    const bool is_certain = is_own && redirect.applies == Truth::yes;
    const auto [known, is_new] = known_.try_emplace(place_of(redirect), all_.size());
    if (is_new) all_.push_back({std::move(redirect), 0});
    if (is_certain) ++all_[known->second].certain;
  }
}

std::vector<NatRedirect> MergedDestinations::take() && {
  std::vector<NatRedirect> result;
  result.reserve(all_.size());
  for (Seen& seen : all_) {
    seen.redirect.applies = seen.certain == own_ ? Truth::yes : Truth::maybe;
    result.push_back(std::move(seen.redirect));
  }
  return result;
}

void MergedWays::add(NatRedirect redirect) {
  auto& same = known_[{place_of(redirect), redirect.applies}];
  for (const std::size_t other : same) {
    NatRedirect& known = all_[other];
    if (known.over != redirect.over && known.from != redirect.from) continue;
    known.over |= redirect.over;
    known.from |= redirect.from;
    return;
  }
  same.push_back(all_.size());
  all_.push_back(std::move(redirect));
}

std::vector<NatRedirect> MergedWays::take() && {
  std::stable_sort(all_.begin(), all_.end(),
                   [](const NatRedirect& one, const NatRedirect& other) { return one.applies > other.applies; });
  return std::move(all_);
}

}  // namespace collect
