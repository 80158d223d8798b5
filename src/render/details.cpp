// SPDX-License-Identifier: MIT
#include "render/details.hpp"

#include "portscope/kernel_structs.hpp"
#include "render/quantity.hpp"
#include "render/text.hpp"

namespace render {

using portscope::DetailKind;
using portscope::StructField;

namespace {

Cell cell_of(const StructField& field, portscope::DetailStore::Bytes bytes) {
  const auto value = value_of(field, bytes);
  if (!value) return {};
  switch (field.meaning) {
    case StructField::Meaning::amount:
      return *value;
    case StructField::Meaning::flag:
      return *value != 0;
    case StructField::Meaning::hex:
      return Hex{*value};
    case StructField::Meaning::word:
      // A number of tomorrow has no word yet.
      return *value < field.words.size() ? Cell{Word{field.words[*value]}} : Cell{*value};
  }
  return {};
}

}  // namespace

std::optional<std::uint64_t> DetailReader::number(DetailKind kind, std::string_view field) const {
  const auto bytes = store_.find(id_, kind);
  return bytes ? value_of(kind, field, *bytes) : std::nullopt;
}

void DetailReader::append_fields(Object& object, DetailKind kind) const {
  const auto bytes = store_.find(id_, kind);
  if (!bytes) return;
  for (const StructField& field : portscope::fields_of(kind)) {
    if (has_field(field, *bytes)) object.members.push_back({field.name, cell_of(field, *bytes)});
  }
}

void DetailReader::append_nested(Object& object, std::string_view name, DetailKind kind) const {
  if (!has(kind)) return;
  Object inner;
  append_fields(inner, kind);
  object.members.push_back({name, std::move(inner)});
}

void Statements::add_count(std::string_view name, const std::optional<std::uint64_t>& number) {
  if (number.value_or(0) == 0) return;
  next().append(name).append(" ");
  append_decimal(text_, *number);
}

void Statements::add_amount(std::string_view name, const std::optional<std::uint64_t>& number) {
  if (number.value_or(0) == 0) return;
  next().append(name).append(" ");
  append_amount(text_, *number);
}

}  // namespace render
