// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "collect/nat_ruleset.hpp"
#include "sys/diag.hpp"

namespace collect {

/// Where the kernel begins to ask the rules.
struct NftHook {
  std::uint32_t number = 0;   ///< NF_INET_*
  std::int32_t priority = 0;  ///< the lowest comes first
};

struct NftChain {
  std::optional<NftHook> nat_hook;            ///< of a chain of type `nat` that begins at a hook
  std::vector<std::vector<std::byte>> rules;  ///< the expressions of each, as they came
};

/// An element of a set or a map.
struct NftElement {
  std::vector<std::byte> key;
  std::vector<std::byte> key_end;  ///< of a range in a set of concatenations
  std::vector<std::byte> data;     ///< of a map: NFTA_DATA_*
  bool ends_interval = false;      ///< it is the first one behind a range
};

/// The rules of nf_tables(5) in the tables that have anything to do with NAT.
class NftRuleset : public NatRuleset {
 public:
  explicit NftRuleset(sys::Dumps& door) : door_(door) {}

  /// Returns 0, or the errno of the request that failed: EPERM without CAP_NET_ADMIN.
  int read();

  [[nodiscard]] portscope::NatRedirect::Keeper keeper() const override {
    return portscope::NatRedirect::Keeper::nf_tables;
  }
  [[nodiscard]] std::vector<NatStart> starts(const NatPacket& packet) const override;
  [[nodiscard]] std::size_t rules_in(const NatName& chain) const override;
  NatOutcome run(const NatName& chain, std::size_t rule, const NatPacket& packet) override;

  /// Asked for when a rule looks something up in it; empty when it cannot be read.
  const std::vector<NftElement>& elements(const NatName& set);

 private:
  int read_chains();
  int read_rules(std::uint8_t family, const std::string& table);

  sys::Dumps& door_;
  std::map<NatName, NftChain> chains_;
  std::map<NatName, std::vector<NftElement>> sets_;
};

}  // namespace collect
