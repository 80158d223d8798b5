// SPDX-License-Identifier: MIT
#include "portscope/kernel_structs.hpp"

#include <algorithm>
#include <cstring>

#include "model/struct_tables.hpp"

namespace portscope {

std::span<const StructField> fields_of(DetailKind kind) {
  for (const StructTable& table : struct_tables()) {
    if (table.kind == kind) return table.fields;
  }
  return {};
}

bool has_field(const StructField& field, DetailStore::Bytes bytes) { return bytes.size() >= field.offset + field.size; }

std::optional<std::uint64_t> value_of(const StructField& field, DetailStore::Bytes bytes) {
  if (!has_field(field, bytes)) return std::nullopt;
  const auto at = bytes.subspan(field.offset);
  const auto read = [&]<class Number>(Number number) {
    std::memcpy(&number, at.data(), sizeof number);
    return std::uint64_t{number};
  };
  std::uint64_t value = 0;
  switch (field.size) {
    case 1:
      value = read(std::uint8_t{});
      break;
    case 2:
      value = read(std::uint16_t{});
      break;
    case 4:
      value = read(std::uint32_t{});
      break;
    default:
      value = read(std::uint64_t{});
      break;
  }
  if (field.bits != 0) value = (value >> field.shift) & ((std::uint64_t{1} << field.bits) - 1);
  if (value == field.unknown) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> value_of(DetailKind kind, std::string_view name, DetailStore::Bytes bytes) {
  const auto fields = fields_of(kind);
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const auto& field) { return field.name == name; });
  return found == fields.end() ? std::nullopt : value_of(*found, bytes);
}

}  // namespace portscope
