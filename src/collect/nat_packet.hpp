// SPDX-License-Identifier: MIT
#pragma once

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
  std::optional<portscope::Address> to;  ///< empty: some address of this machine
  portscope::NatRedirect::From from = portscope::NatRedirect::From::outside;
  bool by_any_interface = false;  ///< also by one that a rule names; else by one that none does
};

/// Where a rule sends it.
struct NatTarget {
  std::optional<portscope::Address> address;  ///< empty: this machine's own; unspecified: one of several
  std::uint16_t port = 0;                     ///< 0: it stays the same
};

}  // namespace collect
