// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "collect/nat_ruleset.hpp"
#include "collect/xt_entries.hpp"
#include "collect/xt_rule.hpp"
#include "sys/xtables.hpp"

namespace collect {

/// The table `nat` of iptables-legacy(8), or of ip6tables-legacy(8).
class XtRuleset : public NatRuleset {
 public:
  explicit XtRuleset(std::uint8_t family) : family_(family) {}  ///< NFPROTO_IPV4, NFPROTO_IPV6

  /// Returns 0, or the errno: EBADMSG for a table whose sizes do not fit together. For one that is there: see
  /// sys::XtTables.
  int read(const sys::XtTables& door);

  [[nodiscard]] portscope::NatRedirect::Keeper keeper() const override {
    return portscope::NatRedirect::Keeper::x_tables;
  }
  [[nodiscard]] std::vector<NatStart> starts(const NatPacket& packet) const override;
  [[nodiscard]] std::size_t rules_in(const NatName& chain) const override;
  NatOutcome run(const NatName& chain, std::size_t rule, const NatPacket& packet) override;

 private:
  int divide();
  [[nodiscard]] const char* own_chain_at(std::size_t offset) const;

  std::uint8_t family_;
  sys::XtTable table_;
  std::map<NatName, std::vector<XtEntry>> chains_;  ///< what they point to lies in the table
  XtBeginnings beginnings_;
};

}  // namespace collect
