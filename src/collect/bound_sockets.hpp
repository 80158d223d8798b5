// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "collect/family.hpp"

namespace collect {

/// Adds to a reading by `source` the TCP sockets that are bound and nothing more, where it does not tell them; and says
/// why some may be missing. Nothing when they are all there, or were not asked for.
///
/// They are in no table of /proc, and netlink tells them from Linux 6.8 on. An older kernel
/// answers as if there were none; so when they were asked for by name and none came, a socket
/// of our own is looked for, and where that is not told, they are looked for by descriptors. In a wider answer their
/// absence on an old kernel is no gap: no tool there can see them.
std::optional<portscope::Gap> complete_bound(const Family& family, const Question& question, portscope::Source source,
                                             int refusal, Pass& pass);

/// Whether it is certain that no TCP socket is bound to that port and does nothing else. The kernel's own table of
/// bound ports tells, in a fraction of the time that a walk over all bound sockets takes; it is asked where many are
/// open (sys::BindHash).
bool has_no_bound_at(std::uint16_t port, const Question& question);

}  // namespace collect
