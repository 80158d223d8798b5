// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "portscope/address.hpp"
#include "portscope/enum_set.hpp"

namespace portscope {

/// How far an address reaches. `any` is the wildcard, and so every address of the machine.
enum class Scope : std::uint8_t {
  loopback,    ///< 127.0.0.0/8, ::1
  link,        ///< 169.254.0.0/16, fe80::/10, and multicast that stays on the link (RFC 4291, RFC 5771)
  restricted,  ///< RFC 1918, shared (RFC 6598), unique local (RFC 4193), and multicast of a site
  global,      ///< everything else
  any
};
template <>
struct Names<Scope> {
  static constexpr auto list = std::to_array<std::string_view>({"loopback", "link", "private", "global", "any"});
};

Scope scope_of(const Address& address);

}  // namespace portscope
