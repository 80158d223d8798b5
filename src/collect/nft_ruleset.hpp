// SPDX-License-Identifier: MIT
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sys/diag.hpp"

namespace collect {

/// Where a chain or a set stands: nf_tables names things by family and table.
struct NftName {
  std::uint8_t family = 0;  ///< NFPROTO_*
  std::string table;
  std::string name;

  friend auto operator<=>(const NftName&, const NftName&) = default;
};

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
class NftRuleset {
 public:
  explicit NftRuleset(sys::Dumps& door) : door_(door) {}

  /// Returns 0, or the errno of the request that failed: EPERM without CAP_NET_ADMIN.
  int read();

  [[nodiscard]] const std::map<NftName, NftChain>& chains() const { return chains_; }

  /// Asked for when a rule looks something up in it; empty when it cannot be read.
  const std::vector<NftElement>& elements(const NftName& set);

 private:
  int read_chains();
  int read_rules(std::uint8_t family, const std::string& table);

  sys::Dumps& door_;
  std::map<NftName, NftChain> chains_;
  std::map<NftName, std::vector<NftElement>> sets_;
};

}  // namespace collect
