// SPDX-License-Identifier: MIT
#include "portscope/protocol_numbers.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace portscope {

namespace {

// Numbers of include/uapi/linux/if_ether.h
constexpr auto ether_types = std::to_array<std::pair<std::uint16_t, std::string_view>>({
    {0x0001, "802_3"},    {0x0002, "ax25"},    {0x0003, "all"},    {0x0004, "802_2"},   {0x000c, "can"},
    {0x000d, "canfd"},    {0x0800, "ip"},      {0x0805, "x25"},    {0x0806, "arp"},     {0x22f0, "tsn"},
    {0x8035, "rarp"},     {0x809b, "atalk"},   {0x80f3, "aarp"},   {0x8100, "802.1q"},  {0x8137, "ipx"},
    {0x86dd, "ipv6"},     {0x8808, "pause"},   {0x8809, "slow"},   {0x8847, "mpls_uc"}, {0x8848, "mpls_mc"},
    {0x8863, "ppp_disc"}, {0x8864, "ppp_ses"}, {0x888e, "pae"},    {0x88a2, "aoe"},     {0x88a8, "802.1ad"},
    {0x88cc, "lldp"},     {0x88ca, "tipc"},    {0x88e5, "macsec"}, {0x88f7, "1588"},    {0x8902, "cfm"},
    {0x8906, "fcoe"},     {0x8914, "fip"},
});

// Numbers of include/uapi/linux/netlink.h
constexpr auto netlink_protocols = std::to_array<std::string_view>(
    {"rtnl",  "unused", "usersock",   "fw",        "tcpdiag", "nflog",  "xfrm",   "selinux",
     "iscsi", "audit",  "fiblookup",  "connector", "nft",     "ip6fw",  "dec-rt", "uevent",
     "genl",  "",       "scsi-trans", "ecryptfs",  "rdma",    "crypto", "smc"});

}  // namespace

std::string_view ether_type_name(std::uint16_t number) {
  const auto* const found =
      std::find_if(ether_types.begin(), ether_types.end(), [&](const auto& row) { return row.first == number; });
  return found == ether_types.end() ? std::string_view{} : found->second;
}

std::string_view netlink_protocol_name(std::uint8_t number) {
  return number < netlink_protocols.size() ? netlink_protocols.at(number) : std::string_view{};
}

}  // namespace portscope
