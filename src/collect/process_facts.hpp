// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "portscope/process.hpp"
#include "portscope/strings.hpp"
#include "sys/directory.hpp"

namespace collect {

/// Name, parent and start of the process behind an open /proc/PID directory; nothing when it
/// has ended. `boot` is when the machine started, for the kernel counts from there.
std::optional<portscope::Process> read_process(const sys::Directory& directory, std::int32_t pid, portscope::Time boot,
                                               portscope::StringPool& strings);

/// Adds executable, arguments, effective user and cgroup: what only detailed answers show. What
/// may not be read stays empty.
void read_details(const sys::Directory& directory, portscope::Process& process, portscope::StringPool& strings);

}  // namespace collect
