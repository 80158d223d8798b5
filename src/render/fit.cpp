// SPDX-License-Identifier: MIT
#include "render/fit.hpp"

#include <algorithm>

namespace render {

namespace {

std::size_t total(const std::vector<Share>& shares) {
  std::size_t sum = 0;
  for (const Share& share : shares) sum += share.width + gap_width;
  return sum - gap_width;
}

/// Takes from the widest until all fit; none gets narrower than `least`.
void narrow(std::vector<Share>& shares, std::size_t available, std::size_t least) {
  for (std::size_t excess = total(shares); excess > available; --excess) {
    const auto widest = std::max_element(shares.begin(), shares.end(),
                                         [](const Share& a, const Share& b) { return a.width < b.width; });
    if (widest->width <= least) return;
    --widest->width;
  }
}

void drop(std::vector<Share>& shares, std::size_t available, bool only_expendable) {
  while (shares.size() > 1 && total(shares) > available) {
    const auto last = std::find_if(shares.rbegin(), shares.rend(),
                                   [&](const Share& share) { return share.expendable || !only_expendable; });
    if (last == shares.rend()) return;
    shares.erase(std::next(last).base());
  }
}

}  // namespace

std::vector<Share> fit(std::vector<Share> shares, std::size_t available) {
  constexpr std::size_t readable = 22;      // `255.255.255.255:65535`
  constexpr std::size_t recognisable = 12;  // `nginx(812,81…`
  narrow(shares, available, readable);
  drop(shares, available, true);
  narrow(shares, available, recognisable);
  drop(shares, available, false);
  narrow(shares, available, 1);
  return shares;
}

}  // namespace render
