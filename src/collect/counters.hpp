// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "sys/proc.hpp"

namespace collect {

/// How many sockets of the named protocols the kernel counts in this network namespace
/// (/proc/net/protocols, column "sockets"); a protocol that is not listed is not in the kernel
/// and counts 0. Nothing when the file cannot be read.
std::optional<std::uint64_t> count_sockets(const sys::Proc& proc, const std::array<std::string_view, 2>& protocols);

}  // namespace collect
