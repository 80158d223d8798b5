// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <vector>

#include "collect/nft_registers.hpp"
#include "collect/nft_ruleset.hpp"
#include "portscope/expression.hpp"

namespace collect {

/// What is found of a key that is partly unknown.
struct NftFound {
  portscope::Truth is_there = portscope::Truth::no;
  std::vector<const NftElement*> elements{};  ///< one, or those that it may be
};

/// Looks the key up as the kernel does: in a set of single values, of ranges, or of concatenated ranges.
NftFound find_element(const std::vector<NftElement>& elements, std::span<const MaybeByte> key);

}  // namespace collect
