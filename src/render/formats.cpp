// SPDX-License-Identifier: MIT
#include "render/formats.hpp"

#include <algorithm>
#include <array>

namespace render {

namespace {

using portscope::Need;

/// What every object of owners tells, and every document of its host.
constexpr portscope::EnumSet<Need> described{Need::host, Need::process_details, Need::users};

constexpr auto format_table = std::to_array<Format>({
    {"table", "for people; fits the terminal, and cuts nothing when piped", Layout::sockets, {}, write_table},
    {"json", "one document, described by portscope-json(5)", Layout::json, described, write_json},
    {"jsonl", "one JSON object a line, each with its time and host", Layout::json, described, write_jsonl},
    {"csv", "comma-separated values (RFC 4180)", Layout::flat, {}, write_csv},
    {"tsv", "tab-separated values", Layout::flat, {}, write_tsv},
});

}  // namespace

std::span<const Format> formats() { return format_table; }

const Format* find_format(std::string_view name) {
  const auto* const found =
      std::find_if(format_table.begin(), format_table.end(), [&](const Format& format) { return format.name == name; });
  return found == format_table.end() ? nullptr : found;
}

}  // namespace render
