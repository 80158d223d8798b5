// SPDX-License-Identifier: MIT
// Who holds a port, as a test would describe it.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "portscope/snapshot.hpp"
#include "support/sockets.hpp"

namespace fake {

/// Processes and the sockets that they hold. Processes are made in the order of their pids, and before sockets are
/// held.
class OwnerScene {
 public:
  portscope::Snapshot snapshot;

  portscope::Process& process(std::int32_t pid, std::string_view name, std::int32_t parent = 1,
                              std::string_view arguments = {}) {
    portscope::Process made;
    made.pid = pid;
    made.ppid = parent;
    made.uid = 33;
    made.name = text(name);
    made.exe = text("/usr/bin/" + std::string(name));
    made.command_line = text(arguments);
    made.cgroup = text("/system.slice/" + std::string(name) + ".service");
    made.start_time = portscope::Time(std::chrono::sys_days(std::chrono::year(2026) / 1 / 2)) + std::chrono::hours(3);
    return snapshot.processes.emplace_back(made);
  }

  /// Returns its inode.
  std::uint32_t add(portscope::Socket socket) {
    socket.inode = ++last_inode_;
    socket.cookie = 0x1000U + socket.inode;
    socket.uid = 33;
    socket.owner_status = portscope::OwnerStatus::none;
    snapshot.sockets.push_back(socket);
    return socket.inode;
  }

  void hold(std::uint32_t inode, std::int32_t pid, std::int32_t fd = 3, std::int32_t tid = 0) {
    const auto process = std::find_if(snapshot.processes.begin(), snapshot.processes.end(),
                                      [&](const portscope::Process& known) { return known.pid == pid; });
    const auto position = static_cast<std::uint32_t>(process - snapshot.processes.begin());
    snapshot.holders.push_back({inode, position, fd, tid});
    std::sort(snapshot.holders.begin(), snapshot.holders.end());
    for (portscope::Socket& socket : snapshot.sockets) {
      if (socket.inode == inode) socket.owner_status = portscope::OwnerStatus::known;
    }
  }

  portscope::StringId text(std::string_view bytes) { return snapshot.strings.intern(bytes); }

 private:
  std::uint32_t last_inode_ = 10;
};

}  // namespace fake
