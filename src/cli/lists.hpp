// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "portscope/take_snapshot.hpp"
#include "render/formats.hpp"

namespace cli {

/// The words between the commas; one empty word of an empty list.
std::vector<std::string_view> split(std::string_view list);

// Arguments that are words of our tables. Each throws UsageError, naming the nearest word.

/// `tcp,udp`, with the groups `inet` and `all`.
portscope::EnumSet<portscope::Transport> parse_transports(const std::string& list);

/// `local,owners`.
std::vector<const render::Column*> parse_columns(const std::string& list);

/// `user,-recv_queue`.
std::vector<render::SortKey> parse_sort(const std::string& list);

/// `inet`, `inet6`, `unix`; also `ipv4`, `ipv6`.
portscope::Family parse_family(const std::string& word);

/// `auto`, `netlink`, `proc`.
portscope::SourceChoice parse_source(const std::string& word);
/// `auto`, `bpf`, `proc`, `pinned`, `none`.
portscope::OwnerRoad parse_owner_road(const std::string& word);

/// `auto` (nothing), `always`, `never`.
std::optional<bool> parse_color(const std::string& word);

/// A format by name.
const render::Format* parse_format(const std::string& name);

/// How many ports: 1 to 65535.
std::size_t parse_count(const std::string& number);

/// `5`, `0.5`: seconds, up to a year.
std::chrono::milliseconds parse_seconds(const std::string& word);
/// Seconds between two looks, `0.5` or `10`; one second when it is empty.
std::chrono::milliseconds parse_interval(const std::string& text);

/// The name of a file; it must not be empty.
std::string parse_path(const std::string& path);

}  // namespace cli
