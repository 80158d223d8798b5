// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace render {

/// A set of bytes, for looking through much text.
class CharSet {
 public:
  explicit constexpr CharSet(std::string_view members) {
    for (const char c : members) at(c) = true;
  }

  /// Printable ASCII but for `others`.
  static constexpr CharSet printable_but(std::string_view others) {
    CharSet set("");
    for (char c = ' '; c <= '~'; ++c) set.at(c) = others.find(c) == std::string_view::npos;
    return set;
  }

  [[nodiscard]] constexpr bool contains(char c) const { return has_[static_cast<unsigned char>(c)]; }

  /// How many bytes at the beginning of `text` are of the set.
  [[nodiscard]] constexpr std::size_t prefix_of(std::string_view text) const {
    std::size_t length = 0;
    while (length < text.size() && contains(text[length])) ++length;
    return length;
  }
  [[nodiscard]] constexpr bool has_all_of(std::string_view text) const { return prefix_of(text) == text.size(); }
  [[nodiscard]] constexpr bool occurs_in(std::string_view text) const {
    return std::any_of(text.begin(), text.end(), [this](char c) { return contains(c); });
  }

 private:
  constexpr bool& at(char c) { return has_[static_cast<unsigned char>(c)]; }

  std::array<bool, 256> has_{};
};

}  // namespace render
