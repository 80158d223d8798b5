// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace collect {

/// A set of fingerprints: well mixed numbers of 64 bits, of which another thing's is alike in one of 2^64 cases. Each
/// stands at the place that its highest bits name, or at the next free one, so that to find one among a million takes
/// one cache miss, and who knows what comes can begin to wait for it early.
class Fingerprints {
 public:
  Fingerprints() = default;
  explicit Fingerprints(const std::vector<std::uint64_t>& prints)
      : places_(std::bit_ceil(std::max<std::size_t>(2, 2 * prints.size()))),
        shift_(bits - static_cast<unsigned>(std::countr_zero(places_.size()))) {
    for (std::size_t i = 0; i < prints.size(); ++i) {
      if (i + ahead < prints.size()) expect(prints[i + ahead]);
      places_[place_of(prints[i])] = as_kept(prints[i]);
    }
  }

  [[nodiscard]] bool contains(std::uint64_t print) const { return places_[place_of(print)] != free_place; }

  /// How many later ones it pays to expect.
  static constexpr std::size_t ahead = 16;

  /// Says that it will soon be asked for `print`.
  void expect(std::uint64_t print) const { __builtin_prefetch(&places_[as_kept(print) >> shift_]); }

 private:
  static constexpr std::uint64_t free_place = 0;
  static constexpr unsigned bits = 64;

  static std::uint64_t as_kept(std::uint64_t print) { return print == free_place ? 1 : print; }

  /// Where it stands, or would.
  [[nodiscard]] std::size_t place_of(std::uint64_t print) const {
    const std::uint64_t kept = as_kept(print);
    std::size_t place = kept >> shift_;
    while (places_[place] != free_place && places_[place] != kept) place = (place + 1) & (places_.size() - 1);
    return place;
  }

  std::vector<std::uint64_t> places_{0, 0};  // a power of two, at most half of them taken
  unsigned shift_ = bits - 1;
};

}  // namespace collect
