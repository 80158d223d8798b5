// SPDX-License-Identifier: MIT
// A port that is held by processes which are not real, through sockets which are.
#pragma once

#include <sys/socket.h>
#include <sys/stat.h>

#include <chrono>
#include <functional>
#include <string>

#include "act/end_holders.hpp"
#include "collect/process_facts.hpp"
#include "support/fake_proc.hpp"
#include "support/fake_processes.hpp"
#include "support/port_scene.hpp"

namespace fake {

class ActScene {
 public:
  Processes processes;
  Proc proc;
  OwnerScene scene;
  std::function<portscope::Snapshot()> after = [] { return portscope::Snapshot(); };  ///< what is seen from then on
  std::chrono::steady_clock::time_point now{};

  /// `pid` holds `socket` (a descriptor of the test) as descriptor 3, in /proc as well as really.
  void hold(int pid, int socket) {
    struct stat facts {};
    ::fstat(socket, &facts);
    inode = static_cast<std::uint32_t>(facts.st_ino);
    proc.process(pid, "server").holds(pid, 3, inode);
    processes.add(pid).sockets[3] = socket;
  }

  /// The snapshot that shows all of them.
  portscope::Snapshot snapshot(int socket, const std::vector<int>& pids) {
    std::uint64_t cookie = 0;
    socklen_t size = sizeof cookie;
    ::getsockopt(socket, SOL_SOCKET, SO_COOKIE, &cookie, &size);
    portscope::Snapshot shown;
    auto row = listener("0.0.0.0", 8080);
    row.inode = inode;
    row.cookie = cookie;
    row.owner_status = portscope::OwnerStatus::known;
    shown.sockets.push_back(row);
    const auto tree = proc.open();
    for (const int pid : pids) {
      const auto directory = tree.root()->directory(std::to_string(pid).c_str());
      shown.processes.push_back(*collect::read_process(*directory, pid, boot, shown.strings));
      shown.holders.push_back({inode, static_cast<std::uint32_t>(shown.processes.size() - 1), 3, 0});
    }
    return shown;
  }

  portscope::EndReport end(const portscope::Snapshot& before, const portscope::EndOrder& order = {}) {
    const auto tree = proc.open();
    const act::Stage stage{processes, tree, boot, [&](const portscope::Request&) { return after(); },
                           [&] { return now += std::chrono::milliseconds(10); }};
    return act::end_holders(stage, before, port_owners(before, {}), order);
  }

  std::uint32_t inode = 0;
  static constexpr portscope::Time boot{};
};

}  // namespace fake
