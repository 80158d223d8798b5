// SPDX-License-Identifier: MIT
#pragma once

#include "collect/family.hpp"

namespace collect {

/// Makes one entry of each MPTCP socket of the snapshot and the TCP sockets that carry it: those
/// become its DetailKind::subflows, and leave the list.
void join_subflows(const Question& question, portscope::Snapshot& snapshot);

}  // namespace collect
