// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "collect/family.hpp"

namespace collect {

/// What one protocol's tables gave, and what they did not.
struct Reading {
  std::vector<portscope::Socket> sockets;
  std::uint64_t time_wait_left_out = 0;
  std::vector<portscope::Gap> gaps;
  bool read = false;        ///< a road led to the table; without one the kernel may lack the protocol
  bool unreadable = false;  ///< no road led to a table that exists
};

/// Reads the sockets of one protocol: by netlink, where netlink cannot by /proc, where neither
/// can from the descriptors of all processes; what is missing then is a Gap. A kernel that does
/// not have the protocol is no gap: there are none.
Reading read_family(const Family& family, const Question& question);

}  // namespace collect
