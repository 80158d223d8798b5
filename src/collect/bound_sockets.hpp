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

/// Whether those with that local port, though `states` include them, are not to be read from the table: there are none.
/// Where many sockets are open, the kernel's own table tells that in a fraction of the time (sys::BindHash).
///
/// It is as if the walk over bound ones had found none. So it tells nothing of those that were bound before, and left
/// for another table meanwhile: see Pass::spans_tables.
bool needs_no_look_at_bound(const Family& family, const Question& question, portscope::EnumSet<portscope::State> states,
                            std::uint16_t port);

}  // namespace collect
