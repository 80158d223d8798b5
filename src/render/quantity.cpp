// SPDX-License-Identifier: MIT
#include "render/quantity.hpp"

#include <fmt/format.h>

#include <array>
#include <iterator>

namespace render {

namespace {

/// `1.5` below ten, `15` above.
void append_short(std::string& out, double value, std::string_view unit) {
  constexpr double two_digits = 9.95;
  fmt::format_to(std::back_inserter(out), "{:.{}f}{}", value, value < two_digits ? 1 : 0, unit);
}

void append_pair(std::string& out, std::uint64_t large, std::string_view unit, std::uint64_t small,
                 std::string_view small_unit) {
  fmt::format_to(std::back_inserter(out), "{}{}", large, unit);
  if (small > 0) fmt::format_to(std::back_inserter(out), "{}{}", small, small_unit);
}

}  // namespace

void append_amount(std::string& out, std::uint64_t amount) {
  constexpr std::uint64_t step = 1024;
  constexpr std::array<std::string_view, 6> units{"K", "M", "G", "T", "P", "E"};
  if (amount < step) {
    fmt::format_to(std::back_inserter(out), "{}", amount);
    return;
  }
  auto value = static_cast<double>(amount) / step;
  std::size_t unit = 0;
  constexpr double rounds_up = step - 0.5;  // would read as 1024 of the smaller unit
  while (value >= rounds_up && unit + 1 < units.size()) {
    value /= step;
    ++unit;
  }
  append_short(out, value, units.at(unit));
}

void append_duration_ms(std::string& out, std::uint64_t milliseconds) {
  constexpr std::uint64_t second = 1000;
  constexpr std::uint64_t minute = 60;
  constexpr std::uint64_t hour = 60 * minute;
  constexpr std::uint64_t day = 24 * hour;
  const std::uint64_t seconds = milliseconds / second;
  if (seconds == 0) {
    fmt::format_to(std::back_inserter(out), "{}ms", milliseconds);
  } else if (seconds < 10) {
    append_short(out, static_cast<double>(milliseconds) / second, "s");
  } else if (seconds < minute) {
    fmt::format_to(std::back_inserter(out), "{}s", seconds);
  } else if (seconds < hour) {
    append_pair(out, seconds / minute, "m", seconds % minute, "s");
  } else if (seconds < day) {
    append_pair(out, seconds / hour, "h", seconds % hour / minute, "m");
  } else {
    append_pair(out, seconds / day, "d", seconds % day / hour, "h");
  }
}

void append_duration_us(std::string& out, std::uint64_t microseconds) {
  constexpr std::uint64_t millisecond = 1000;
  constexpr std::uint64_t second = 1000 * millisecond;
  if (microseconds >= second) return append_duration_ms(out, microseconds / millisecond);
  constexpr std::uint64_t tenth = millisecond / 10;
  if (microseconds < tenth) {
    fmt::format_to(std::back_inserter(out), "{}us", microseconds);
    return;
  }
  const double value = static_cast<double>(microseconds) / millisecond;
  constexpr double three_digits = 99.95;
  const int decimals = value < 1 ? 2 : value < three_digits ? 1 : 0;
  fmt::format_to(std::back_inserter(out), "{:.{}f}ms", value, decimals);
}

}  // namespace render
