// SPDX-License-Identifier: MIT
#include "collect/nft_loads.hpp"

#include <netinet/in.h>  // before <linux/in.h>, which gives way to it

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/rtnetlink.h>

#include <algorithm>
#include <array>
#include <bit>

namespace collect {

using portscope::Address;
using portscope::NatRedirect;

namespace {

/// A value as it lies in memory.
template <class T>
sys::Bytes bytes_of(const T& value) {
  return std::as_bytes(std::span(&value, 1));
}

/// A packet that comes from outside came by an interface; one of this machine to itself goes by the loopback interface.
void load_interface(std::uint32_t into, std::uint32_t key, const NatPacket& packet, NftRegisters& registers) {
  const bool is_name = key == NFT_META_IIFNAME || key == NFT_META_OIFNAME;
  const bool is_input = key == NFT_META_IIF || key == NFT_META_IIFNAME;
  std::array<char, 16> name{};  // IFNAMSIZ
  std::uint32_t index = 0;
  if (packet.from == NatRedirect::From::here) {
    if (!is_input) name = {'l', 'o'};
    index = is_input ? 0 : 1;  // LOOPBACK_IFINDEX, include/net/flow.h
  } else {
    if (packet.by_any_interface || !is_input) return registers.forget(into, is_name ? name.size() : sizeof index);
    name = {'/'};  // no interface can be called so (dev_valid_name, net/core/dev.c)
    index = UINT32_MAX;
  }
  registers.put(into, is_name ? bytes_of(name) : bytes_of(index));
}

/// What of the IP header is known: the protocol, and the address that is called.
MaybeByte header_byte(const NatPacket& packet, std::size_t at) {
  const std::size_t protocol_at = packet.is_ipv6 ? 6 : 9;
  const std::size_t address_at = packet.is_ipv6 ? 24 : 16;
  const std::size_t address_size = packet.is_ipv6 ? 16 : 4;
  if (at == protocol_at) return packet.protocol;
  if (at < address_at || at >= address_at + address_size) return std::nullopt;
  return called_byte(packet, Address::Bytes().size() - address_size + at - address_at);
}

void load_network(std::uint32_t into, std::size_t offset, std::size_t length, const NatPacket& packet,
                  NftRegisters& registers) {
  const auto bytes = registers.at(into, length);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = header_byte(packet, offset + i);
}

}  // namespace

void load_meta(const Attributes& about, const NatPacket& packet, NftRegisters& registers) {
  const std::uint32_t into = about.number(NFTA_META_DREG);
  if (into == 0) return;  // it sets a mark
  const std::uint8_t family = packet.is_ipv6 ? NFPROTO_IPV6 : NFPROTO_IPV4;
  switch (const std::uint32_t key = about.number(NFTA_META_KEY)) {
    case NFT_META_L4PROTO:
      return registers.put(into, bytes_of(packet.protocol));
    case NFT_META_NFPROTO:
      return registers.put(into, bytes_of(family));
    case NFT_META_IIF:
    case NFT_META_OIF:
    case NFT_META_IIFNAME:
    case NFT_META_OIFNAME:
      return load_interface(into, key, packet, registers);
    default:
      return registers.forget(into, NFT_REG_SIZE);
  }
}

void load_payload(const Attributes& about, const NatPacket& packet, NftRegisters& registers) {
  const std::uint32_t into = about.number(NFTA_PAYLOAD_DREG);
  const std::size_t offset = about.number(NFTA_PAYLOAD_OFFSET);
  const std::size_t length = std::min<std::size_t>(about.number(NFTA_PAYLOAD_LEN), NFT_REG_SIZE);
  if (about.number(NFTA_PAYLOAD_BASE) == NFT_PAYLOAD_NETWORK_HEADER)
    return load_network(into, offset, length, packet, registers);
  registers.forget(into, length);
  const bool is_port = about.number(NFTA_PAYLOAD_BASE) == NFT_PAYLOAD_TRANSPORT_HEADER && offset == 2 && length == 2;
  const std::uint16_t port = htons(packet.port);
  if (is_port) registers.put(into, bytes_of(port));
}

/// Whoever calls a socket of this machine calls an address of it.
void load_fib(const Attributes& about, NftRegisters& registers) {
  const std::uint32_t into = about.number(NFTA_FIB_DREG);
  const std::uint32_t local = RTN_LOCAL;
  registers.forget(into, NFT_REG_SIZE);
  const bool of_target = (about.number(NFTA_FIB_FLAGS) & NFTA_FIB_F_DADDR) != 0;
  if (of_target && about.number(NFTA_FIB_RESULT) == NFT_FIB_RESULT_ADDRTYPE) registers.put(into, bytes_of(local));
}

void run_bitwise(const Attributes& about, NftRegisters& registers) {
  const sys::Bytes mask = about.within(NFTA_BITWISE_MASK).bytes(NFTA_DATA_VALUE);
  const sys::Bytes flip = about.within(NFTA_BITWISE_XOR).bytes(NFTA_DATA_VALUE);
  const std::size_t length = about.number(NFTA_BITWISE_LEN);
  const auto from = registers.at(about.number(NFTA_BITWISE_SREG), length);
  const auto into = registers.at(about.number(NFTA_BITWISE_DREG), length);
  for (std::size_t i = 0; i < std::min(from.size(), into.size()); ++i) {
    const bool is_known = from[i] && i < mask.size() && i < flip.size();  // shifts have neither
    into[i] =
        is_known
            ? MaybeByte((*from[i] & std::to_integer<std::uint8_t>(mask[i])) ^ std::to_integer<std::uint8_t>(flip[i]))
            : std::nullopt;
  }
}

/// To the order of this machine or of the network: where they differ, each number is turned round.
void run_byteorder(const Attributes& about, NftRegisters& registers) {
  const std::size_t length = about.number(NFTA_BYTEORDER_LEN);
  const std::size_t size = about.number(NFTA_BYTEORDER_SIZE);
  const auto from = registers.at(about.number(NFTA_BYTEORDER_SREG), length);
  const auto into = registers.at(about.number(NFTA_BYTEORDER_DREG), length);
  std::copy(from.begin(), from.begin() + static_cast<std::ptrdiff_t>(std::min(from.size(), into.size())), into.begin());
  if (std::endian::native == std::endian::big || size == 0) return;
  for (std::size_t i = 0; i + size <= into.size(); i += size) {
    const auto number = into.subspan(i, size);
    std::reverse(number.begin(), number.end());
  }
}

}  // namespace collect
