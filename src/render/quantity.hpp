// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

namespace render {

/// Appends an amount so that a person grasps it: a number up to 1023 and a unit, binary as ss and
/// ls -h have it (`832`, `1.5K`, `12M`).
void append_amount(std::string& out, std::uint64_t amount);

/// Appends a duration: `204ms`, `2.5s`, `1m59s`, `3h12m`, `5d4h`.
void append_duration_ms(std::string& out, std::uint64_t milliseconds);

/// Appends microseconds as milliseconds: `50us`, `0.25ms`, `1.2ms`, `250ms`.
void append_duration_us(std::string& out, std::uint64_t microseconds);

}  // namespace render
