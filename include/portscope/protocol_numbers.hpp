// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

namespace portscope {

/// Name of an EtherType that packet sockets listen to (linux/if_ether.h), such as `ip`, `arp`,
/// `all`; empty when it has none here.
std::string_view ether_type_name(std::uint16_t number);

/// Name of a netlink protocol (linux/netlink.h), as ss spells it; empty when it has none here.
std::string_view netlink_protocol_name(std::uint8_t number);

}  // namespace portscope
