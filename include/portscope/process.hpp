// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "portscope/strings.hpp"

namespace portscope {

/// A moment, as the wall clock tells it (UTC).
using Time = std::chrono::sys_time<std::chrono::microseconds>;

/// A process that holds at least one of the sockets. Fields are empty (StringId::none, nullopt)
/// when nobody asked for them or /proc would not tell.
struct Process {
  std::int32_t pid = 0;
  std::int32_t ppid = 0;                   ///< parent (proc(5), stat field 4); 0 = none in this PID namespace
  std::optional<std::uint32_t> uid;        ///< effective user id (proc(5), status)
  StringId name = StringId::none;          ///< comm: at most 15 bytes, chosen by the process itself
  StringId exe = StringId::none;           ///< target of /proc/PID/exe; " (deleted)" stays as the kernel adds it
  StringId command_line = StringId::none;  ///< arguments, each ended by NUL, as in /proc/PID/cmdline
  bool command_line_cut = false;           ///< there is more of it than the first 128 KiB
  StringId cgroup = StringId::none;        ///< path in the cgroup v2 (or systemd's) tree
  std::optional<Time> start_time;          ///< precise to a clock tick (10 ms)
};

/// "This process holds that socket as this descriptor."
struct Holder {
  std::uint32_t inode = 0;    ///< of the socket
  std::uint32_t process = 0;  ///< position in Snapshot::processes
  std::int32_t fd = 0;
  std::int32_t tid = 0;  ///< the thread, when only its own descriptor table has it; else 0

  auto operator<=>(const Holder&) const = default;
};

}  // namespace portscope
