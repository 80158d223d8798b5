// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "portscope/take_snapshot.hpp"
#include "render/view.hpp"

namespace cli {

// Arguments that are words of our tables. Each throws UsageError, naming the nearest word.

/// `tcp,udp`, with the groups `inet` and `all`.
portscope::EnumSet<portscope::Transport> parse_transports(const std::string& list);

/// `local,owners`.
std::vector<const render::Column*> parse_columns(const std::string& list);

/// `user,-recv_queue`.
std::vector<render::SortKey> parse_sort(const std::string& list);

/// `auto`, `netlink`, `proc`.
portscope::SourceChoice parse_source(const std::string& word);

}  // namespace cli
