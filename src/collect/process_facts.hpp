// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "portscope/process.hpp"
#include "portscope/strings.hpp"
#include "sys/directory.hpp"

namespace collect {

/// What /proc/PID/stat says at the moment; texts are part of it.
struct StatLine {
  std::string_view name;
  std::int32_t ppid = 0;
  std::optional<std::uint64_t> start;  ///< in clock ticks since boot
  std::uint64_t code = 0;              ///< where the code of the program begins; 0 or 1: not told
};

/// Nothing when it is no such text.
std::optional<StatLine> parse_stat(std::string_view stat);

/// The unit of the times in stat (proc(5)).
std::uint64_t ticks_a_second();

/// A moment that the kernel counts from `boot`.
portscope::Time time_of(std::uint64_t ticks, portscope::Time boot);

/// Name, parent and start of the process behind an open /proc/PID directory; ESRCH when it
/// has ended. `boot` is when the machine started, for the kernel counts from there.
sys::Result<portscope::Process> read_process(const sys::Directory& directory, std::int32_t pid, portscope::Time boot,
                                             portscope::StringPool& strings);

/// What differs when a process has become another program (execve(2)): its name, and where its
/// code and stack lie, taken from the text of /proc/PID/stat. Empty when the kernel does not tell.
std::string program_of(std::string_view stat);

/// Adds executable, arguments, effective user and cgroup: what only detailed answers show. What
/// may not be read stays empty.
void read_details(const sys::Directory& directory, portscope::Process& process, portscope::StringPool& strings);

}  // namespace collect
