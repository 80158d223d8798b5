// SPDX-License-Identifier: MIT
#include "model/quantities.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace portscope {

namespace {

struct Unit {
  std::string_view name;
  double factor;
};

constexpr double kilo = 1024;
constexpr auto amounts = std::to_array<Unit>(
    {{"", 1}, {"k", kilo}, {"m", kilo* kilo}, {"g", kilo* kilo* kilo}, {"t", kilo* kilo* kilo* kilo}});

constexpr double second = 1e6;
constexpr double minute = 60 * second;
constexpr double hour = 60 * minute;
constexpr auto durations = std::to_array<Unit>({{"ns", 1e-3},
                                                {"us", 1},
                                                {"ms", 1e3},
                                                {"s", second},
                                                {"m", minute},
                                                {"min", minute},
                                                {"h", hour},
                                                {"d", 24 * hour},
                                                {"w", 7 * 24 * hour}});

std::string unit_name(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return result;
}

/// `1.5` and what follows it.
struct Quantity {
  std::string_view number;
  std::string unit;
};

Quantity split(std::string_view text) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789."), text.size());
  return {text.substr(0, end), unit_name(text.substr(end))};
}

template <std::size_t n>
std::optional<std::uint64_t> in_units(const Quantity& quantity, const std::array<Unit, n>& units) {
  const auto unit =
      std::find_if(units.begin(), units.end(), [&](const Unit& row) { return row.name == quantity.unit; });
  if (unit == units.end() || quantity.number.empty() || quantity.number.front() == '.') return std::nullopt;
  double value = 0;
  const char* end = quantity.number.data() + quantity.number.size();
  const auto result = std::from_chars(quantity.number.data(), end, value, std::chars_format::fixed);
  constexpr double largest = 9e18;
  if (result.ec != std::errc{} || result.ptr != end || value * unit->factor > largest) return std::nullopt;
  const bool splits_the_smallest = unit->factor == 1 && value != std::floor(value);
  if (splits_the_smallest) return std::nullopt;
  return static_cast<std::uint64_t>(value * unit->factor);
}

template <class Number>
std::optional<Number> whole(std::string_view text, int base) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// C's way of writing a number.
std::optional<std::uint32_t> read_word(std::string_view text) {
  constexpr int hex = 16;
  const bool is_hex = text.starts_with("0x") || text.starts_with("0X");
  return is_hex ? whole<std::uint32_t>(text.substr(2), hex) : whole<std::uint32_t>(text, 10);
}

}  // namespace

std::optional<std::uint64_t> read_digits(std::string_view text) { return whole<std::uint64_t>(text, 10); }

std::optional<std::uint64_t> read_amount(std::string_view text) {
  if (const auto plain = read_digits(text)) return plain;
  Quantity quantity = split(text);
  // `KB` and `KiB` are K too; `B` alone is nothing more.
  if (quantity.unit.ends_with('b')) quantity.unit.pop_back();
  if (quantity.unit.size() == 2 && quantity.unit.back() == 'i') quantity.unit.pop_back();
  return in_units(quantity, amounts);
}

std::optional<std::uint64_t> read_duration(std::string_view text) {
  if (text == "0") return 0;
  return in_units(split(text), durations);
}

std::optional<std::uint64_t> read_hex(std::string_view text) {
  constexpr int hex = 16;
  if (text.starts_with("0x") || text.starts_with("0X")) text.remove_prefix(2);
  return whole<std::uint64_t>(text, hex);
}

std::optional<MarkTest> read_mark(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto value = read_word(text.substr(0, slash));
  const auto mask = slash == std::string_view::npos ? UINT32_MAX : read_word(text.substr(slash + 1));
  if (!value || !mask) return std::nullopt;
  return MarkTest{*value, *mask};
}

}  // namespace portscope
