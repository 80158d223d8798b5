// SPDX-License-Identifier: MIT
#include "collect/nft_registers.hpp"

#include <linux/netfilter/nf_tables.h>

#include <algorithm>

namespace collect {

using portscope::Truth;

std::span<MaybeByte> NftRegisters::at(std::uint32_t number, std::size_t length) {
  const bool is_short = number >= NFT_REG32_00;
  const std::size_t begin = is_short ? NFT_REG_SIZE + std::size_t{number - NFT_REG32_00} * NFT_REG32_SIZE
                                     : std::size_t{number} * NFT_REG_SIZE;
  const std::size_t from = std::min(begin, bytes_.size());
  return std::span(bytes_).subspan(from, std::min(length, bytes_.size() - from));
}

void NftRegisters::put(std::uint32_t number, sys::Bytes value) {
  const auto place = at(number, value.size());
  for (std::size_t i = 0; i < place.size(); ++i) place[i] = std::to_integer<std::uint8_t>(value[i]);
}

void NftRegisters::forget(std::uint32_t number, std::size_t length) {
  const auto place = at(number, length);
  std::fill(place.begin(), place.end(), std::nullopt);
}

Truth equals(std::span<const MaybeByte> bytes, sys::Bytes value) {
  Truth result = bytes.size() < value.size() ? Truth::maybe : Truth::yes;
  for (std::size_t i = 0; i < std::min(bytes.size(), value.size()); ++i) {
    if (!bytes[i]) {
      result = Truth::maybe;
    } else if (*bytes[i] != std::to_integer<std::uint8_t>(value[i])) {
      return Truth::no;
    }
  }
  return result;
}

std::optional<int> order(std::span<const MaybeByte> bytes, sys::Bytes value) {
  for (std::size_t i = 0; i < std::min(bytes.size(), value.size()); ++i) {
    if (!bytes[i]) return std::nullopt;
    const int difference = int{*bytes[i]} - std::to_integer<int>(value[i]);
    if (difference != 0) return difference;
  }
  return bytes.size() < value.size() ? std::nullopt : std::optional(0);
}

}  // namespace collect
