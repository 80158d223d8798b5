// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "portscope/address.hpp"
#include "portscope/bind.hpp"

namespace collect {

/// The first packet of somebody who calls a port of this machine. What is not said here may be anything.
struct NatPacket {
  bool is_ipv6 = false;
  std::uint8_t protocol = 0;  ///< IPPROTO_*
  std::uint16_t port = 0;
  portscope::Prefix to{{}, 0};  ///< the address that is called, as far as it is known: one of this machine
  portscope::NatRedirect::From from = portscope::NatRedirect::From::outside;
  bool by_any_interface = false;  ///< also by one that a rule names; else by one that none does

  bool operator==(const NatPacket&) const = default;
};

/// A byte of the address that is called, counted as Address::bytes does; nothing where it is not known.
inline std::optional<std::uint8_t> called_byte(const NatPacket& packet, std::size_t at) {
  constexpr std::size_t bits = 8;
  if ((at + 1) * bits > packet.to.bits) return std::nullopt;
  return packet.to.address.bytes().at(at);
}

/// Where a rule sends it.
struct NatTarget {
  std::optional<portscope::Address> address;  ///< empty: this machine's own; unspecified: one of several
  std::uint16_t port = 0;                     ///< 0: it stays the same
};

}  // namespace collect
