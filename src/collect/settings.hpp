// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "portscope/bind.hpp"
#include "portscope/snapshot.hpp"
#include "sys/proc.hpp"

namespace collect {

/// Settings and counters of the caller's network namespace, each as far as it can be read.
portscope::NetSettings read_settings(const sys::Proc& proc);

/// Those that decide about ports; addresses and rights are left to the caller.
portscope::BindSettings read_bind_settings(const sys::Proc& proc);

/// One of them alone; nothing when it cannot be read.
std::optional<std::uint32_t> read_somaxconn(const sys::Proc& proc);

}  // namespace collect
