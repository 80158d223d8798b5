// SPDX-License-Identifier: MIT
// How rules lie in a table of iptables-legacy: linux/netfilter_ipv4/ip_tables.h, linux/netfilter_ipv6/ip6_tables.h and
// linux/netfilter/x_tables.h. Nothing is read that does not lie inside.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "sys/diag.hpp"

namespace collect {

/// A match or a target.
struct XtExtension {
  std::string name;  ///< of a target: empty for a verdict, a jump or a goto
  std::uint8_t revision = 0;
  sys::Bytes info;  ///< the struct of its own
};

/// Takes the first one off `rest`; nothing at the end, and where its size does not fit.
std::optional<XtExtension> take_extension(sys::Bytes& rest);

/// A rule.
struct XtEntry {
  std::size_t at = 0;  ///< where it begins in its table
  std::size_t size = 0;
  sys::Bytes head;     ///< ipt_entry or ip6t_entry
  sys::Bytes matches;  ///< for take_extension
  XtExtension target;

  [[nodiscard]] std::size_t next() const { return at + size; }
};

/// The rule of a table of that family (NFPROTO_*) that begins at an offset; nothing where its sizes do not fit.
std::optional<XtEntry> entry_at(std::uint8_t family, sys::Bytes table, std::size_t at);

}  // namespace collect
