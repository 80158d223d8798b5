// SPDX-License-Identifier: MIT
// Matches and targets of iptables, as iptables-nft puts them into rules of nf_tables: the structs of
// linux/netfilter/xt_*.h as they lie in memory. Those of ipv4 and ipv6 differ in targets only.
#pragma once

#include <optional>
#include <string_view>

#include "collect/nat_packet.hpp"
#include "portscope/expression.hpp"
#include "sys/diag.hpp"

namespace collect {

/// Whether the match applies. `maybe`, too, for one that is not known here.
portscope::Truth xt_match(std::string_view name, std::uint32_t revision, sys::Bytes info, const NatPacket& packet);

/// Whether it is a target that leaves the packet's way as it is.
bool xt_goes_on(std::string_view name);

/// Where the target sends the packet; nothing when it is no DNAT or REDIRECT.
std::optional<NatTarget> xt_target(std::string_view name, std::uint32_t revision, sys::Bytes info,
                                   const NatPacket& packet);

}  // namespace collect
