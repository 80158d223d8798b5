// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "collect/nat_packet.hpp"
#include "collect/nft_ruleset.hpp"
#include "portscope/expression.hpp"

namespace collect {

/// What a rule does with a packet.
struct NftOutcome {
  enum class Action : std::uint8_t {
    none,      ///< the next rule is asked
    jump,      ///< `chains` are asked, and then the next rule
    go_to,     ///< `chains` are asked instead of the rest of this one
    leave,     ///< the rest of the chain is not asked
    stop,      ///< nor that of any other
    redirect,  ///< it goes to `target`
  };

  Action action = Action::none;
  portscope::Truth applies = portscope::Truth::yes;  ///< `maybe`: it hangs on what is not known of the packet
  std::vector<std::string> chains{};                 ///< one, or where a map was asked, those that it may be
  NatTarget target{};
};

/// Asks a rule as the kernel does (nft_do_chain, net/netfilter/nf_tables_core.c), but for a packet of which not
/// everything is known. `place` is the chain that it stands in.
NftOutcome run_rule(sys::Bytes expressions, const NatPacket& packet, const NftName& place, NftRuleset& rules);

}  // namespace collect
