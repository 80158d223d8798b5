// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "portscope/free_ports.hpp"
#include "sys/bind_probe.hpp"
#include "sys/proc.hpp"

namespace collect {

/// Ports that are free, and sockets that keep them so.
struct HeldPorts {
  portscope::FreePorts found;
  std::vector<sys::Fd> sockets;
};

/// Tries one port after the other, from `start` (a number from 0, taken modulo the size of the range) on and around.
/// With `hold` those that are found stay bound, with SO_REUSEADDR, so that a server can listen beside.
enum class Hold : std::uint8_t { no, yes };
HeldPorts find_free_ports(const portscope::FreeRequest& request, const sys::BindDoor& door, const sys::Proc& proc,
                          std::uint32_t start, Hold hold);

}  // namespace collect
