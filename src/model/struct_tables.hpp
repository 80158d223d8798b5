// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <span>

#include "portscope/kernel_structs.hpp"

namespace portscope {

/// One struct of the kernel.
struct StructTable {
  DetailKind kind;
  std::span<const StructField> fields;
};

/// THE table of structs.
std::span<const StructTable> struct_tables();

// Large ones have a file of their own.
std::span<const StructField> tcp_info_fields();
std::span<const StructField> sctp_info_fields();

// How the tables are written.
namespace field {

using Meaning = StructField::Meaning;

/// `size` bytes at `offset`.
constexpr StructField number(std::string_view name, std::uint16_t offset, std::uint8_t size = 4) {
  return {.name = name, .offset = offset, .size = size};
}
/// A number whose largest value stands for "unknown" or "no limit".
constexpr StructField limited(std::string_view name, std::uint16_t offset, std::uint8_t size = 4) {
  return {.name = name, .offset = offset, .size = size, .unknown = size == 8 ? UINT64_MAX : UINT32_MAX};
}
/// A number that is not known while it is 0.
constexpr StructField measured(std::string_view name, std::uint16_t offset, std::uint8_t size = 4) {
  return {.name = name, .offset = offset, .size = size, .unknown = 0U};
}
/// One bit of a number.
constexpr StructField flag(std::string_view name, std::uint16_t offset, std::uint8_t bit, std::uint8_t size = 4) {
  return {.name = name, .offset = offset, .size = size, .meaning = Meaning::flag, .shift = bit, .bits = 1};
}
/// The lowest bit of a bit field: C lays them out from the low end on little-endian machines, from
/// the high end on others.
constexpr std::uint8_t from_low(unsigned shift, unsigned count) {
  return static_cast<std::uint8_t>(std::endian::native == std::endian::little ? shift : 8 - shift - count);
}
/// A bit field of one bit.
constexpr StructField bit_field(std::string_view name, std::uint16_t offset, unsigned shift) {
  return flag(name, offset, from_low(shift, 1), 1);
}
/// Some bits of a byte.
constexpr StructField bits(std::string_view name, std::uint16_t offset, std::uint8_t shift, std::uint8_t count) {
  return {.name = name, .offset = offset, .size = 1, .shift = shift, .bits = count};
}
constexpr StructField hex(std::string_view name, std::uint16_t offset, std::uint8_t size = 4) {
  return {.name = name, .offset = offset, .size = size, .meaning = Meaning::hex};
}
constexpr StructField word(std::string_view name, std::uint16_t offset, std::uint8_t size,
                           std::span<const std::string_view> words) {
  return {.name = name, .offset = offset, .size = size, .meaning = Meaning::word, .words = words};
}

}  // namespace field

}  // namespace portscope
