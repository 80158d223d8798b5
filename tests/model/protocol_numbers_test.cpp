// SPDX-License-Identifier: MIT
#include "portscope/protocol_numbers.hpp"

#include <gtest/gtest.h>
#include <linux/if_ether.h>
#include <linux/netlink.h>

#include <map>
#include <set>
#include <string>

namespace {

using portscope::ether_type_name;
using portscope::netlink_protocol_name;

TEST(EtherTypes, HaveTheNumbersOfTheKernelsHeader) {
  const std::map<std::uint16_t, std::string_view> known{
      {ETH_P_802_3, "802_3"},       {ETH_P_AX25, "ax25"},       {ETH_P_ALL, "all"},         {ETH_P_802_2, "802_2"},
      {ETH_P_CAN, "can"},           {ETH_P_CANFD, "canfd"},     {ETH_P_IP, "ip"},           {ETH_P_X25, "x25"},
      {ETH_P_ARP, "arp"},           {ETH_P_TSN, "tsn"},         {ETH_P_RARP, "rarp"},       {ETH_P_ATALK, "atalk"},
      {ETH_P_AARP, "aarp"},         {ETH_P_8021Q, "802.1q"},    {ETH_P_IPX, "ipx"},         {ETH_P_IPV6, "ipv6"},
      {ETH_P_PAUSE, "pause"},       {ETH_P_SLOW, "slow"},       {ETH_P_MPLS_UC, "mpls_uc"}, {ETH_P_MPLS_MC, "mpls_mc"},
      {ETH_P_PPP_DISC, "ppp_disc"}, {ETH_P_PPP_SES, "ppp_ses"}, {ETH_P_PAE, "pae"},         {ETH_P_AOE, "aoe"},
      {ETH_P_8021AD, "802.1ad"},    {ETH_P_LLDP, "lldp"},       {ETH_P_TIPC, "tipc"},       {ETH_P_MACSEC, "macsec"},
      {ETH_P_1588, "1588"},         {ETH_P_CFM, "cfm"},         {ETH_P_FCOE, "fcoe"},       {ETH_P_FIP, "fip"},
  };
  for (unsigned number = 0; number <= UINT16_MAX; ++number) {
    const auto found = known.find(static_cast<std::uint16_t>(number));
    const std::string_view name = found == known.end() ? std::string_view{} : found->second;
    ASSERT_EQ(ether_type_name(static_cast<std::uint16_t>(number)), name) << std::hex << number;
  }
}

TEST(NetlinkProtocols, HaveTheNumbersOfTheKernelsHeader) {
  EXPECT_EQ(netlink_protocol_name(NETLINK_ROUTE), "rtnl");
  EXPECT_EQ(netlink_protocol_name(NETLINK_UNUSED), "unused");
  EXPECT_EQ(netlink_protocol_name(NETLINK_USERSOCK), "usersock");
  EXPECT_EQ(netlink_protocol_name(NETLINK_FIREWALL), "fw");
  EXPECT_EQ(netlink_protocol_name(NETLINK_SOCK_DIAG), "tcpdiag");
  EXPECT_EQ(netlink_protocol_name(NETLINK_NFLOG), "nflog");
  EXPECT_EQ(netlink_protocol_name(NETLINK_XFRM), "xfrm");
  EXPECT_EQ(netlink_protocol_name(NETLINK_SELINUX), "selinux");
  EXPECT_EQ(netlink_protocol_name(NETLINK_ISCSI), "iscsi");
  EXPECT_EQ(netlink_protocol_name(NETLINK_AUDIT), "audit");
  EXPECT_EQ(netlink_protocol_name(NETLINK_FIB_LOOKUP), "fiblookup");
  EXPECT_EQ(netlink_protocol_name(NETLINK_CONNECTOR), "connector");
  EXPECT_EQ(netlink_protocol_name(NETLINK_NETFILTER), "nft");
  EXPECT_EQ(netlink_protocol_name(NETLINK_IP6_FW), "ip6fw");
  EXPECT_EQ(netlink_protocol_name(NETLINK_DNRTMSG), "dec-rt");
  EXPECT_EQ(netlink_protocol_name(NETLINK_KOBJECT_UEVENT), "uevent");
  EXPECT_EQ(netlink_protocol_name(NETLINK_GENERIC), "genl");
  EXPECT_EQ(netlink_protocol_name(NETLINK_SCSITRANSPORT), "scsi-trans");
  EXPECT_EQ(netlink_protocol_name(NETLINK_ECRYPTFS), "ecryptfs");
  EXPECT_EQ(netlink_protocol_name(NETLINK_RDMA), "rdma");
  EXPECT_EQ(netlink_protocol_name(NETLINK_CRYPTO), "crypto");
  EXPECT_EQ(netlink_protocol_name(NETLINK_SMC), "smc");
}

TEST(NetlinkProtocols, WhatTheHeaderLeavesFreeHasNoName) {
  EXPECT_EQ(netlink_protocol_name(NETLINK_GENERIC + 1), "") << "leave room for NETLINK_DM, says the header";
  for (unsigned number = NETLINK_SMC + 1; number <= UINT8_MAX; ++number) {
    EXPECT_EQ(netlink_protocol_name(static_cast<std::uint8_t>(number)), "") << number;
  }
}

TEST(NetlinkProtocols, NoTwoShareAName) {
  std::set<std::string_view> names;
  for (unsigned number = 0; number <= NETLINK_SMC; ++number) {
    const auto name = netlink_protocol_name(static_cast<std::uint8_t>(number));
    EXPECT_TRUE(name.empty() || names.insert(name).second) << name;
  }
}

}  // namespace
