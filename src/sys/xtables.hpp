// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "sys/result.hpp"

namespace sys {

/// A table of iptables-legacy as the kernel keeps it: rule behind rule, and where among them it begins to ask.
struct XtTable {
  std::uint32_t valid_hooks = 0;              ///< 1 << NF_INET_* for each hook that the table has
  std::array<std::uint32_t, 5> hook_entry{};  ///< of each of these, by NF_INET_*: an offset in `entries`
  std::vector<std::byte> entries{};           ///< ipt_entry or ip6t_entry, each with its matches and its target
};

/// The door to the tables of iptables-legacy(8); tests put their own behind it.
class XtTables {
 public:
  XtTables() = default;
  XtTables(const XtTables&) = delete;
  XtTables& operator=(const XtTables&) = delete;
  virtual ~XtTables() = default;

  /// The table of that name, of AF_INET or AF_INET6. The errno where there is none to be had: EPERM without
  /// CAP_NET_ADMIN. Whoever asks for a table that is not there makes the kernel load it (xt_request_find_table_lock,
  /// net/netfilter/x_tables.c), so look into /proc/net/ip_tables_names before.
  [[nodiscard]] virtual Result<XtTable> read(int family, std::string_view table) const = 0;
};

/// The kernel's own, in the network namespace of the caller.
class RealXtTables : public XtTables {
 public:
  [[nodiscard]] Result<XtTable> read(int family, std::string_view table) const override;
};

}  // namespace sys
