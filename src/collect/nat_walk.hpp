// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <vector>

#include "collect/nat_packet.hpp"
#include "collect/nat_ruleset.hpp"
#include "portscope/bind.hpp"

namespace collect {

using NatRulesets = std::vector<std::unique_ptr<NatRuleset>>;

/// Sends the packet through the chains of its hook, of all these rulesets: where it may be sent to.
std::vector<portscope::NatRedirect> walk_chains(const NatPacket& packet, const NatRulesets& rulesets);

}  // namespace collect
