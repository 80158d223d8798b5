// SPDX-License-Identifier: MIT
#pragma once

#include "collect/nat_packet.hpp"
#include "collect/nat_ruleset.hpp"
#include "collect/nft_ruleset.hpp"

namespace collect {

/// Asks a rule as the kernel does (nft_do_chain, net/netfilter/nf_tables_core.c), but for a packet of which not
/// everything is known. `place` is the chain that it stands in.
NatOutcome run_rule(sys::Bytes expressions, const NatPacket& packet, const NatName& place, NftRuleset& rules);

}  // namespace collect
