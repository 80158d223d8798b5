// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "portscope/expression.hpp"
#include "sys/diag.hpp"

namespace collect {

/// A byte of a packet that is only imagined: what the question does not fix is unknown.
using MaybeByte = std::optional<std::uint8_t>;

/// The registers that the expressions of a rule work on (nft_regs, include/net/netfilter/nf_tables.h): 80 bytes, of
/// which the first 16 hold the verdict. They have two kinds of numbers: 1 to 4 for 16 bytes, from 8 on for 4.
class NftRegisters {
 public:
  void put(std::uint32_t number, sys::Bytes value);
  void forget(std::uint32_t number, std::size_t length);
  void forget_all() { bytes_.fill(std::nullopt); }
  /// `length` bytes, or those that there are.
  [[nodiscard]] std::span<MaybeByte> at(std::uint32_t number, std::size_t length);

 private:
  std::array<MaybeByte, 80> bytes_{};
};

/// Whether they begin with `value`.
portscope::Truth equals(std::span<const MaybeByte> bytes, sys::Bytes value);

/// Below 0, 0 or above it, as memcmp(3); nothing where it hangs on a byte that is unknown.
std::optional<int> order(std::span<const MaybeByte> bytes, sys::Bytes value);

}  // namespace collect
