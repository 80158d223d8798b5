// SPDX-License-Identifier: MIT
#pragma once

#include "collect/family.hpp"

namespace collect {

/// Directions are told of connections, requests counted for listeners: without any nobody needs them.
portscope::EnumSet<portscope::Need> needs_that_apply(const portscope::Selection& selection,
                                                     portscope::EnumSet<portscope::Need> needs);

/// Whether sockets are explained by others that nobody asked for.
bool needs_neighbours(const portscope::Request& request);

/// Whether the kernel keeps back sockets for the filter's sake, so that the neighbours of the others
/// must be read for themselves.
bool kernel_leaves_out(const portscope::Request& request);

/// Reads the neighbours of the sockets in the snapshot: who waits on their ports, and the other ends.
void read_neighbours(const Question& question, const portscope::Snapshot& snapshot, Neighbours& neighbours);

/// Tells who called whom, and how many connections of each listener are half open.
void explain_by(Neighbours& neighbours, const portscope::Request& request, portscope::Snapshot& snapshot);

}  // namespace collect
