// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sys/fd.hpp"

namespace sys {

/// Leaves the sockets to a process that does nothing else than keep them, until `is_enough` says so or this process
/// ends. It is nobody's child, so no program has to wait for it, and has no other descriptor of ours. Returns 0 or an
/// errno.
int keep_elsewhere(const std::vector<Fd>& sockets, const std::function<bool()>& is_enough);

/// Becomes another program (execvp(3)). With `sockets` they are its descriptors from 3 on, announced as systemd does
/// (sd_listen_fds(3)); those of TCP listen. Returns an errno, when that is not possible; EPERM with LentRights.
int become(const std::vector<std::string>& command, const std::vector<Fd>& sockets);

}  // namespace sys
