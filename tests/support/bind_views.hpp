// SPDX-License-Identifier: MIT
// What was seen around a port, as a test would describe it.
#pragma once

#include <chrono>
#include <string>

#include "portscope/bind.hpp"
#include "support/sockets.hpp"

namespace fake {

/// Builds a BindView: one port, the sockets around it, and what bind() gave.
class PortScene {
 public:
  static constexpr std::uint16_t port = 8080;

  PortScene() {
    using namespace std::chrono_literals;
    view.snapshot.time = portscope::Time(std::chrono::sys_days(std::chrono::year(2026) / 1 / 2)) + 3h;
    view.snapshot.settings.local_port_range = portscope::PortRange{32768, 60999};
    view.snapshot.settings.reserved_ports = std::vector<portscope::PortRange>{};
    view.settings.unprivileged_port_start = 1024;
    view.settings.addresses = {{{*portscope::Address::parse("127.0.0.1"), 104}, {}, 1, true},
                               {{*portscope::Address::parse("::1"), 128}, {}, 1, true}};
    view.snapshot.sockets.reserve(16);  // holders point into it
  }

  PortScene& attempt(const char* address, std::uint16_t at = port) {
    portscope::BindAttempt attempt;
    attempt.address = *portscope::Address::parse(address);
    attempt.family = attempt.address.is_ipv4() ? portscope::Family::ipv4 : portscope::Family::ipv6;
    attempt.port = at;
    view.attempts.push_back(attempt);
    view.probes.push_back({false, 0, "it was not to be tried"});
    return *this;
  }

  PortScene& probed(int error) {
    for (auto& probe : view.probes) probe = {true, error, {}};
    return *this;
  }

  portscope::PortHolder& socket(portscope::Socket socket, std::uint32_t inode = 0) {
    socket.inode = inode;
    socket.uid = 0;
    socket.owner_status = inode == 0 ? portscope::OwnerStatus::none : portscope::OwnerStatus::known;
    const auto& kept = view.snapshot.sockets.emplace_back(socket);
    return view.holders.emplace_back(portscope::PortHolder{&kept, false, false, kept.v6_only});
  }

  /// A process that holds the socket of that inode.
  portscope::Process& held_by(std::uint32_t inode, std::int32_t pid, const std::string& name,
                              const std::string& cgroup) {
    auto& snapshot = view.snapshot;
    portscope::Process process;
    process.pid = pid;
    process.ppid = 1;
    process.uid = 0;
    process.name = snapshot.strings.intern(name);
    process.command_line = snapshot.strings.intern("/usr/sbin/" + name + std::string("\0-g\0daemon off;\0", 16));
    process.cgroup = snapshot.strings.intern(cgroup);
    process.start_time = snapshot.time - std::chrono::hours(51);
    snapshot.holders.push_back({inode, static_cast<std::uint32_t>(snapshot.processes.size()), 6, 0});
    view.starters = {{1, snapshot.strings.intern("systemd")}};
    return snapshot.processes.emplace_back(process);
  }

  portscope::BindView view;
};

}  // namespace fake
