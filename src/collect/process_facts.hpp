// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "portscope/process.hpp"
#include "portscope/strings.hpp"
#include "sys/directory.hpp"
#include "sys/proc.hpp"

namespace collect {

/// When the machine started, so that "ticks since boot" become a time of day.
struct BootTime {
  portscope::Time at{};
  long ticks_per_second = 100;  ///< sysconf(_SC_CLK_TCK)
};
BootTime boot_time(portscope::Time now, const sys::Proc& proc);

/// Name, parent and start of the process behind an open /proc/PID directory; nothing when it
/// has ended.
std::optional<portscope::Process> read_process(const sys::Directory& directory, std::int32_t pid, const BootTime& boot,
                                               portscope::StringPool& strings);

/// Adds executable, arguments, effective user and cgroup: what only detailed answers show. What
/// may not be read stays empty.
void read_details(const sys::Directory& directory, portscope::Process& process, portscope::StringPool& strings);

}  // namespace collect
