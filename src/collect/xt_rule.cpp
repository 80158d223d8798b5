// SPDX-License-Identifier: MIT
#include "collect/xt_rule.hpp"

#include <netinet/in.h>

#include <linux/netfilter.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>

#include "collect/nft_registers.hpp"
#include "collect/xt_blobs.hpp"
#include "sys/ip_tables.hpp"

namespace collect {

using portscope::NatRedirect;
using portscope::Truth;
using Action = NatOutcome::Action;

namespace {

// What both families say in the same way.
static_assert(IPT_INV_SRCIP == IP6T_INV_SRCIP && IPT_INV_DSTIP == IP6T_INV_DSTIP);
static_assert(IPT_INV_VIA_IN == IP6T_INV_VIA_IN && IPT_INV_VIA_OUT == IP6T_INV_VIA_OUT);

using InterfaceName = std::array<char, IFNAMSIZ>;

template <class T>
sys::Bytes memory_of(const T& value) {
  return std::as_bytes(std::span(&value, 1));
}

/// An address, or the name of an interface.
using Known = std::array<MaybeByte, sizeof(in6_addr)>;
static_assert(sizeof(in6_addr) == IFNAMSIZ);

/// Whether `value` is `wanted` in the bits of the mask. Under no mask it always is known.
Truth is_under(sys::Bytes mask, Known value, sys::Bytes wanted) {
  for (std::size_t i = 0; i < mask.size(); ++i) {
    const auto bits = std::to_integer<std::uint8_t>(mask[i]);
    if (value.at(i) || bits == 0) value.at(i) = static_cast<std::uint8_t>(value.at(i).value_or(0) & bits);
  }
  return equals(std::span(value).first(mask.size()), wanted);
}

/// The address that is called, of that many bytes.
Known called_address(const NatPacket& packet, std::size_t size) {
  Known called{};
  for (std::size_t i = 0; i < size; ++i) called.at(i) = called_byte(packet, called.size() - size + i);
  return called;
}

/// `eth+` is told with its plus, which the mask leaves out (ifname_compare_aligned, linux/netfilter/x_tables.h).
Truth is_interface(const std::optional<InterfaceName>& name, const char (&wanted)[IFNAMSIZ],
                   const unsigned char (&mask)[IFNAMSIZ]) {
  InterfaceName masked{};
  for (std::size_t i = 0; i < masked.size(); ++i) masked.at(i) = static_cast<char>(wanted[i] & mask[i]);
  Known known{};
  for (std::size_t i = 0; name && i < known.size(); ++i) known.at(i) = static_cast<std::uint8_t>(name->at(i));
  return is_under(memory_of(mask), known, memory_of(masked));
}

/// What this machine sends came by none, which is told as an empty name.
std::optional<InterfaceName> came_by(const NatPacket& packet) {
  if (packet.from == NatRedirect::From::here) return InterfaceName{};
  if (packet.by_any_interface) return std::nullopt;
  return InterfaceName{'/'};  // no interface can be called so (dev_valid_name, net/core/dev.c)
}

/// Where a packet that has come will leave by is not known yet; what this machine sends to itself goes by lo.
InterfaceName leaves_by(const NatPacket& packet) {
  return packet.from == NatRedirect::From::here ? InterfaceName{'l', 'o'} : InterfaceName{};
}

/// The conditions that a rule of either family makes of its own (ip_packet_match, ip6_packet_match).
template <class Header>
Truth match_ends(const Header& wanted, const NatPacket& packet) {
  const auto unless_inverted = [&](unsigned flag, Truth truth) {
    return (wanted.invflags & flag) != 0 ? opposite(truth) : truth;
  };
  const Known to = called_address(packet, sizeof wanted.dst);
  return std::min(
      {unless_inverted(IPT_INV_SRCIP, is_under(memory_of(wanted.smsk), {}, memory_of(wanted.src))),
       unless_inverted(IPT_INV_DSTIP, is_under(memory_of(wanted.dmsk), to, memory_of(wanted.dst))),
       unless_inverted(IPT_INV_VIA_IN, is_interface(came_by(packet), wanted.iniface, wanted.iniface_mask)),
       unless_inverted(IPT_INV_VIA_OUT, is_interface(leaves_by(packet), wanted.outiface, wanted.outiface_mask))});
}

bool is_protocol(unsigned wanted, bool inverted, const NatPacket& packet) {
  return wanted == 0 || (wanted == packet.protocol) != inverted;
}

/// NAT sees no fragments: who tracks connections has put them together (nf_defrag_ipv4).
Truth match_head(const ipt_ip& wanted, const NatPacket& packet) {
  const bool wants_fragment = (wanted.flags & IPT_F_FRAG) != 0;
  if (wants_fragment != ((wanted.invflags & IPT_INV_FRAG) != 0)) return Truth::no;
  if (!is_protocol(wanted.proto, (wanted.invflags & IPT_INV_PROTO) != 0, packet)) return Truth::no;
  return match_ends(wanted, packet);
}

Truth match_head(const ip6t_ip6& wanted, const NatPacket& packet) {
  const unsigned protocol = (wanted.flags & IP6T_F_PROTO) != 0 ? wanted.proto : 0;
  if (!is_protocol(protocol, (wanted.invflags & IP6T_INV_PROTO) != 0, packet)) return Truth::no;
  return match_ends(wanted, packet);
}

Truth match_all(const XtEntry& rule, const NatPacket& packet) {
  Truth applies = packet.is_ipv6 ? match_head(sys::copy_from<ip6t_entry>(rule.head).ipv6, packet)
                                 : match_head(sys::copy_from<ipt_entry>(rule.head).ip, packet);
  sys::Bytes rest = rule.matches;
  while (const auto match = take_extension(rest))
    applies = std::min(applies, xt_match(match->name, match->revision, match->info, packet));
  return rest.empty() ? applies : std::min(applies, Truth::maybe);
}

bool is_goto(const XtEntry& rule, const NatPacket& packet) {
  return packet.is_ipv6 ? (sys::copy_from<ip6t_entry>(rule.head).ipv6.flags & IP6T_F_GOTO) != 0
                        : (sys::copy_from<ipt_entry>(rule.head).ip.flags & IPT_F_GOTO) != 0;
}

/// A verdict below zero is one of netfilter's, or the end of the chain; from zero on it is a place in the table. A rule
/// that does nothing but count jumps to the next one.
void take_verdict(const XtEntry& rule, const NatPacket& packet, const XtBeginnings& chains, NatOutcome& outcome) {
  outcome.action = Action::unknown;
  if (rule.target.info.size() < sizeof(int)) return;
  const auto verdict = sys::copy_from<int>(rule.target.info);
  if (verdict < 0) {
    outcome.action = verdict == XT_RETURN ? Action::leave : Action::stop;
    return;
  }
  const auto place = static_cast<std::size_t>(verdict);
  const auto chain = chains.find(place);
  if (place == rule.next()) outcome.action = Action::none;
  if (place == rule.next() || chain == chains.end()) return;
  outcome.action = is_goto(rule, packet) ? Action::go_to : Action::jump;
  outcome.chains.push_back(chain->second);
}

}  // namespace

NatOutcome run_xt_rule(const XtEntry& rule, const NatPacket& packet, const XtBeginnings& chains) {
  NatOutcome outcome;
  outcome.applies = match_all(rule, packet);
  const XtExtension& target = rule.target;
  if (outcome.applies == Truth::no || xt_goes_on(target.name)) return outcome;
  if (target.name.empty()) {  // XT_STANDARD_TARGET
    take_verdict(rule, packet, chains, outcome);
    return outcome;
  }
  const auto sent = xt_target(target.name, target.revision, target.info, packet);
  outcome.action = sent ? Action::redirect : Action::unknown;
  if (sent) outcome.target = *sent;
  return outcome;
}

}  // namespace collect
