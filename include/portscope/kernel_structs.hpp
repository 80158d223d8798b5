// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "portscope/details.hpp"

namespace portscope {

/// One field of a struct that the kernel sends: where it lies, what it is called, what it means.
/// The numbers are in host byte order.
struct StructField {
  enum class Meaning : std::uint8_t {
    amount,
    flag,  ///< one bit: true or false
    word,  ///< one of `words`
    hex    ///< an identity or a bit map
  };

  std::string_view name;  ///< the kernel's, without the struct's prefix and with its unit at the end
  std::uint16_t offset = 0;
  std::uint8_t size = 4;  ///< bytes: 1, 2, 4 or 8
  Meaning meaning = Meaning::amount;
  std::uint8_t shift = 0;                     ///< the field's lowest bit in those bytes
  std::uint8_t bits = 0;                      ///< how many bits it has; 0 = all
  std::optional<std::uint64_t> unknown{};     ///< the value by which the kernel says that it does not know, or no limit
  std::span<const std::string_view> words{};  ///< by value, for Meaning::word
};

/// The fields of the details of that kind; none for those that are no kernel struct.
std::span<const StructField> fields_of(DetailKind kind);

/// The value of `field` in a struct of any length. Nothing when the kernel's struct ends before
/// it, or the kernel says that it does not know.
std::optional<std::uint64_t> value_of(const StructField& field, DetailStore::Bytes bytes);

/// Whether the struct is long enough to have `field`.
bool has_field(const StructField& field, DetailStore::Bytes bytes);

/// The value of the field called `name`; as value_of.
std::optional<std::uint64_t> value_of(DetailKind kind, std::string_view name, DetailStore::Bytes bytes);

}  // namespace portscope
