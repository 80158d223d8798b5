// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace portscope {

/// A set of enumerators (at most 32 of them, numbered from 0).
template <class E>
class EnumSet {
 public:
  constexpr EnumSet() = default;
  constexpr EnumSet(std::initializer_list<E> members) {
    for (const E member : members) insert(member);
  }

  constexpr void insert(E member) { bits_ |= bit(member); }
  constexpr void erase(E member) { bits_ &= ~bit(member); }
  [[nodiscard]] constexpr bool contains(E member) const { return (bits_ & bit(member)) != 0; }
  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }

  constexpr EnumSet& operator|=(EnumSet other) {
    bits_ |= other.bits_;
    return *this;
  }
  constexpr EnumSet& operator&=(EnumSet other) {
    bits_ &= other.bits_;
    return *this;
  }
  friend constexpr EnumSet operator|(EnumSet a, EnumSet b) { return a |= b; }
  friend constexpr EnumSet operator&(EnumSet a, EnumSet b) { return a &= b; }
  friend constexpr EnumSet operator-(EnumSet a, EnumSet b) {
    a.bits_ &= ~b.bits_;
    return a;
  }
  constexpr bool operator==(const EnumSet&) const = default;

 private:
  static constexpr std::uint32_t bit(E member) { return std::uint32_t{1} << static_cast<unsigned>(member); }
  std::uint32_t bits_ = 0;
};

/// The names of an enumeration, in the order of its enumerators. The same array prints,
/// parses and completes. Each enumeration defines its own right under itself.
template <class E>
struct Names;

/// What `value` is called in every output.
template <class E>
constexpr std::string_view name(E value) {
  return Names<E>::list.at(static_cast<std::size_t>(value));
}

/// The enumerator of that exact name; nothing when there is none.
template <class E>
constexpr std::optional<E> named(std::string_view text) {
  for (std::size_t i = 0; i < Names<E>::list.size(); ++i) {
    if (Names<E>::list[i] == text) return static_cast<E>(i);
  }
  return std::nullopt;
}

/// Every enumerator.
template <class E>
constexpr EnumSet<E> every() {
  EnumSet<E> all;
  for (std::size_t i = 0; i < Names<E>::list.size(); ++i) all.insert(static_cast<E>(i));
  return all;
}

}  // namespace portscope
