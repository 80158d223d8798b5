// SPDX-License-Identifier: MIT
#pragma once

#include "collect/family.hpp"

namespace collect {

/// Makes one entry of each MPTCP socket among `sockets` and the TCP sockets that carry it: those
/// become its DetailKind::subflows, and leave the list. They share the inode (net/mptcp/protocol.c,
/// mptcp_sock_graft); what belongs to no file any more stays a TCP socket.
void join_subflows(const Question& question, std::vector<portscope::Socket>& sockets);

}  // namespace collect
