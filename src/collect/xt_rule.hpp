// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "collect/nat_packet.hpp"
#include "collect/nat_ruleset.hpp"
#include "collect/xt_entries.hpp"

namespace collect {

/// The chains of a table by where they begin in it: jumps go to offsets.
using XtBeginnings = std::map<std::size_t, std::string>;

/// Asks a rule as the kernel does (ipt_do_table, net/ipv4/netfilter/ip_tables.c, and ip6t_do_table), but for a packet
/// of which not everything is known.
NatOutcome run_xt_rule(const XtEntry& rule, const NatPacket& packet, const XtBeginnings& chains);

}  // namespace collect
