// SPDX-License-Identifier: MIT
#include "cli/filter_words.hpp"

#include <algorithm>
#include <array>

#include "portscope/protocol.hpp"

namespace cli {

namespace {

constexpr auto comparisons = std::to_array<std::string_view>({
    "=", "==", "eq", "!=", "ne", "neq", "<", "lt", "<=", "le", "leq", ">", "gt", ">=", "ge", "geq", "~", "!~", "in",
});

constexpr auto words = std::to_array<std::string_view>({
    "and",
    "or",
    "not",
    // ss
    "state",
    "exclude",
    "sport",
    "dport",
    "src",
    "dst",
    "dev",
    "fwmark",
    "cgroup",
    // ours
    "port",
    "proto",
    "family",
    "proc",
    "exe",
    "cmdline",
    "pid",
    "uid",
    "user",
    "unit",
    "container",
    "pod",
    "netns",
    "scope",
    "direction",
    "inode",
    "cookie",
    "age",
    "rtt",
    "retrans",
    "drops",
    "bytes_sent",
    "bytes_received",
    "recv_queue",
    "send_queue",
});

}  // namespace

bool is_comparison(std::string_view word) {
  return std::find(comparisons.begin(), comparisons.end(), word) != comparisons.end();
}

bool is_filter_word(std::string_view word) {
  return is_comparison(word) || std::find(words.begin(), words.end(), word) != words.end() ||
         portscope::named<portscope::Transport>(word).has_value() || portscope::parse_states(word).has_value();
}

}  // namespace cli
