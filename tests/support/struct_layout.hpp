// SPDX-License-Identifier: MIT
// The tables of src/model against the kernel's own headers, as far as those of the machine that builds
// go (Debian 12 has them of Linux 6.1).
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <type_traits>

#include "portscope/kernel_structs.hpp"

namespace fake {

/// The table of one struct, held against the struct.
template <class Struct>
class Layout {
 public:
  explicit Layout(portscope::DetailKind kind) : kind_(kind) {
    for (const auto& field : portscope::fields_of(kind)) unchecked_.insert(field.name);
  }

  /// A number of which every byte differs is read back from the member, so offset and size are right.
  template <class Number>
  void number(std::string_view name, Number Struct::*member) {
    using Value = std::make_unsigned_t<Number>;
    const auto value = static_cast<Value>(0xa1b2c3d4e5f60718U);
    Struct data{};
    data.*member = static_cast<Number>(value);
    EXPECT_EQ(read(name, data), value) << name;
    unchecked_.erase(name);
  }
  /// What `set` sets reads as `value`, and as 0 before.
  template <class Set>
  void bits(std::string_view name, std::uint64_t value, const Set& set) {
    Struct data{};
    EXPECT_EQ(read(name, data), 0U) << name;
    set(data);
    EXPECT_EQ(read(name, data), value) << name;
    for (const auto& field : portscope::fields_of(kind_)) {
      if (field.name == name || field.bits == 0) continue;
      EXPECT_EQ(read(field.name, data), 0U) << name << " reads as " << field.name << " too";
    }
    unchecked_.erase(name);
  }
  template <class Set>
  void flag(std::string_view name, const Set& set) {
    bits(name, 1, set);
  }
  /// Fields that the headers do not have yet.
  void later(std::initializer_list<std::string_view> names) {
    for (const auto name : names) EXPECT_EQ(unchecked_.erase(name), 1U) << name;
  }
  void expect_all_checked() const { EXPECT_THAT(unchecked_, testing::IsEmpty()); }

 private:
  std::optional<std::uint64_t> read(std::string_view name, const Struct& data) const {
    return portscope::value_of(kind_, name, std::as_bytes(std::span(&data, 1)));
  }

  portscope::DetailKind kind_;
  std::set<std::string_view> unchecked_;
};

}  // namespace fake
