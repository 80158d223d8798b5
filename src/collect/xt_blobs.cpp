// SPDX-License-Identifier: MIT
#include "collect/xt_blobs.hpp"

#include <netinet/in.h>  // before <linux/in.h>, which gives way to it

#include <linux/netfilter/nf_nat.h>
#include <linux/netfilter/xt_addrtype.h>
#include <linux/netfilter/xt_multiport.h>
#include <linux/netfilter/xt_tcpudp.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace collect {

using portscope::Address;
using portscope::Truth;

namespace {

/// A condition on the port that is called, besides which the struct may make others.
Truth port_in(std::uint16_t port, const std::uint16_t (&range)[2], bool inverted, bool has_others) {
  const bool is_in = range[0] <= port && port <= range[1];
  if (is_in == inverted) return Truth::no;
  return has_others ? Truth::maybe : Truth::yes;
}

bool is_any(const std::uint16_t (&range)[2]) { return range[0] == 0 && range[1] == UINT16_MAX; }

Truth match_tcp(sys::Bytes info, const NatPacket& packet) {
  if (packet.protocol != IPPROTO_TCP) return Truth::no;
  const auto wanted = sys::copy_from<xt_tcp>(info);
  const bool has_others = !is_any(wanted.spts) || wanted.option != 0 || wanted.flg_mask != 0;
  return port_in(packet.port, wanted.dpts, (wanted.invflags & XT_TCP_INV_DSTPT) != 0, has_others);
}

Truth match_udp(sys::Bytes info, const NatPacket& packet) {
  if (packet.protocol != IPPROTO_UDP) return Truth::no;
  const auto wanted = sys::copy_from<xt_udp>(info);
  return port_in(packet.port, wanted.dpts, (wanted.invflags & XT_UDP_INV_DSTPT) != 0, !is_any(wanted.spts));
}

/// Revision 1, where two ports that belong together are a range.
Truth match_multiport(sys::Bytes info, const NatPacket& packet) {
  const auto wanted = sys::copy_from<xt_multiport_v1>(info);
  if (wanted.flags != XT_MULTIPORT_DESTINATION) return Truth::maybe;
  bool found = false;
  for (std::size_t i = 0; i < std::min<std::size_t>(wanted.count, XT_MULTI_PORTS); ++i) {
    const std::uint16_t first = wanted.ports[i];
    const bool is_range = wanted.pflags[i] != 0 && i + 1 < XT_MULTI_PORTS;
    if (is_range) ++i;
    found = found || (first <= packet.port && packet.port <= wanted.ports[i]);
  }
  return found != (wanted.invert != 0) ? Truth::yes : Truth::no;
}

/// Revision 1. Whoever calls a socket of this machine calls an address of it.
Truth match_addrtype(sys::Bytes info) {
  const auto wanted = sys::copy_from<xt_addrtype_info_v1>(info);
  const bool is_local = (wanted.dest & XT_ADDRTYPE_LOCAL) != 0;
  const bool inverted = (wanted.flags & XT_ADDRTYPE_INVERT_DEST) != 0;
  if (wanted.dest != 0 && is_local == inverted) return Truth::no;
  return wanted.source != 0 ? Truth::maybe : Truth::yes;
}

Address address_in(const nf_inet_addr& from, bool is_ipv6) {
  Address::Bytes all{};
  std::memcpy(all.data(), &from, all.size());
  return is_ipv6 ? Address::ipv6(all) : Address::ipv4({all[0], all[1], all[2], all[3]});
}

/// One address of a range, if it has but one.
NatTarget target_in(unsigned flags, const Address& first, const Address& last, std::uint16_t port) {
  NatTarget target;
  if ((flags & NF_NAT_RANGE_MAP_IPS) != 0) target.address = first == last ? first : Address{};
  if ((flags & NF_NAT_RANGE_PROTO_SPECIFIED) != 0) target.port = ntohs(port);
  return target;
}

/// Of IPv4 alone, and long ago (xt_nat.c, revision 0).
NatTarget target_of_old(sys::Bytes info) {
  const auto range = sys::copy_from<nf_nat_ipv4_multi_range_compat>(info).range[0];
  nf_inet_addr first{};
  nf_inet_addr last{};
  first.ip = range.min_ip;
  last.ip = range.max_ip;
  return target_in(range.flags, address_in(first, false), address_in(last, false), range.min.all);
}

/// nf_nat_range2 begins as nf_nat_range does.
NatTarget target_of_range(sys::Bytes info, const NatPacket& packet) {
  const auto range = sys::copy_from<nf_nat_range>(info);
  return target_in(range.flags, address_in(range.min_addr, packet.is_ipv6), address_in(range.max_addr, packet.is_ipv6),
                   range.min_proto.all);
}

}  // namespace

Truth xt_match(std::string_view name, std::uint32_t revision, sys::Bytes info, const NatPacket& packet) {
  if (name == "comment") return Truth::yes;
  if (name == "tcp") return match_tcp(info, packet);
  if (name == "udp") return match_udp(info, packet);
  if (name == "multiport" && revision == 1) return match_multiport(info, packet);
  if (name == "addrtype" && revision == 1) return match_addrtype(info);
  return Truth::maybe;
}

bool xt_goes_on(std::string_view name) {
  constexpr auto names = std::to_array<std::string_view>({"LOG", "NFLOG", "MARK", "CONNMARK", "TRACE", "ULOG"});
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::optional<NatTarget> xt_target(std::string_view name, std::uint32_t revision, sys::Bytes info,
                                   const NatPacket& packet) {
  const bool is_old = revision == 0 && !packet.is_ipv6;
  if (name == "DNAT") return is_old ? target_of_old(info) : target_of_range(info, packet);
  if (name != "REDIRECT") return std::nullopt;
  NatTarget target = is_old ? target_of_old(info) : target_of_range(info, packet);
  target.address.reset();
  return target;
}

}  // namespace collect
