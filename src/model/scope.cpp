// SPDX-License-Identifier: MIT
#include "portscope/scope.hpp"

#include <algorithm>

namespace portscope {

namespace {

struct ScopedPrefix {
  std::string_view address;
  std::uint8_t bits;  ///< of 128: those of IPv4 count from 96
  Scope scope;
};

/// IANA's registries of special-purpose addresses; the first that fits counts.
constexpr auto prefixes = std::to_array<ScopedPrefix>({
    {"127.0.0.0", 96 + 8, Scope::loopback},
    {"169.254.0.0", 96 + 16, Scope::link},
    {"224.0.0.0", 96 + 24, Scope::link},
    {"255.255.255.255", 96 + 32, Scope::link},
    {"10.0.0.0", 96 + 8, Scope::restricted},
    {"172.16.0.0", 96 + 12, Scope::restricted},
    {"192.168.0.0", 96 + 16, Scope::restricted},
    {"100.64.0.0", 96 + 10, Scope::restricted},
    {"239.0.0.0", 96 + 8, Scope::restricted},
    {"::1", 128, Scope::loopback},
    {"fe80::", 10, Scope::link},
    {"ff01::", 16, Scope::loopback},
    {"ff02::", 16, Scope::link},
    {"fc00::", 7, Scope::restricted},
    {"ff05::", 16, Scope::restricted},
    {"ff08::", 16, Scope::restricted},
});

}  // namespace

Scope scope_of(const Address& address) {
  if (address.is_wildcard()) return Scope::any;
  static const auto known = [] {
    std::array<Prefix, prefixes.size()> parsed{};
    std::transform(prefixes.begin(), prefixes.end(), parsed.begin(), [](const ScopedPrefix& row) {
      return Prefix{Address::parse(row.address).value_or(Address{}), row.bits};
    });
    return parsed;
  }();
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (known.at(i).contains(address)) return prefixes.at(i).scope;
  }
  return Scope::global;
}

}  // namespace portscope
