// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "portscope/expression.hpp"

namespace portscope {

// Each reads the whole text; nothing when it is none, or too large.

/// `10`.
std::optional<std::uint64_t> read_digits(std::string_view text);

/// `10`, `10K`, `1.5M`: steps of 1024, as amounts are shown.
std::optional<std::uint64_t> read_amount(std::string_view text);

/// `50ms`, `1.5s`, `1h`, `0`, in microseconds.
std::optional<std::uint64_t> read_duration(std::string_view text);

/// `23c4238`, `0x23c4238`.
std::optional<std::uint64_t> read_hex(std::string_view text);

/// `1`, `0x1/0xff`.
std::optional<MarkTest> read_mark(std::string_view text);

}  // namespace portscope
