// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "collect/family.hpp"

namespace collect {

/// Why TCP sockets that are bound and nothing more may be missing from a reading; nothing when
/// they are all there, or were not asked for.
///
/// They are in no table of /proc, and netlink tells them from Linux 6.8 on. An older kernel
/// answers as if there were none; so when nobody but they were asked for and none came, a socket
/// of our own is looked for. In a wider answer their absence on an old kernel is no gap: no tool
/// there can see them.
std::optional<portscope::Gap> bound_sockets_gap(const Family& family, const Question& question, const Pass& pass,
                                                portscope::Source source, int refusal);

}  // namespace collect
