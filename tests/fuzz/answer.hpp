// SPDX-License-Identifier: MIT
// What holds of every answer, whatever the sockets in it are called.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "portscope/snapshot.hpp"
#include "render/formats.hpp"

namespace fuzz {

inline void expect(bool condition, const char* rule, std::string_view text) {
  if (condition) return;
  std::fprintf(stderr, "broken: %s\nof: %.*s\n", rule, static_cast<int>(text.size()), text.data());
  std::abort();
}

/// How many bytes the UTF-8 sequence at the front has; 0: it is none (RFC 3629).
inline std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  const std::size_t length = first < 0x80   ? 1
                             : first < 0xC2 ? 0
                             : first < 0xE0 ? 2
                             : first < 0xF0 ? 3
                             : first < 0xF5 ? 4
                                            : 0;
  if (length == 0 || length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) return 0;
  }
  if (length < 3) return length;
  const unsigned char second = byte(1);
  const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool no_character = (first == 0xED && second > 0x9F) || (first == 0xF4 && second > 0x8F);
  return overlong || no_character ? 0 : length;
}

/// Valid UTF-8 without a control character but line feeds, and tabs where they part fields.
inline void expect_clean(std::string_view text, bool with_tabs) {
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t length = sequence_length(rest);
    expect(length > 0, "the output is UTF-8", text);
    const auto first = static_cast<unsigned char>(rest[0]);
    const bool is_control =
        first < 0x20 || first == 0x7F || (first == 0xC2 && static_cast<unsigned char>(rest[1]) < 0xA0);
    expect(!is_control || first == '\n' || (with_tabs && first == '\t'), "nothing steers the terminal", text);
    rest.remove_prefix(length);
  }
}

inline std::size_t lines_in(std::string_view text) {
  std::size_t lines = 0;
  for (const char letter : text) lines += letter == '\n' ? 1 : 0;
  return lines;
}

/// What must be collected to fill every column, but for what is asked of the machine itself: names of users,
/// interfaces and cgroups take a thousand times as long as the rest.
inline portscope::EnumSet<portscope::Need> needs_of_all_columns() {
  using portscope::Need;
  portscope::EnumSet<Need> needs;
  for (const render::Column& column : render::columns()) needs |= column.needs;
  return needs - portscope::EnumSet<Need>{Need::users, Need::interfaces, Need::cgroups, Need::host, Need::netns};
}

/// Writes the snapshot in every format and with every column.
inline void check_formats(const portscope::Snapshot& snapshot) {
  render::View view;
  view.snapshot = &snapshot;
  view.order = render::sorted(snapshot, {});
  view.columns_chosen = true;
  for (const render::Column& column : render::columns()) view.columns.push_back(&column);
  for (const render::Format& format : render::formats()) {
    std::string out;
    format.write(view, [&](std::string_view piece) { out += piece; });
    expect_clean(out, format.name == "tsv");
    const bool has_headings = format.name != "json" && format.name != "jsonl";
    if (format.name == "json") continue;
    expect(lines_in(out) == view.order.size() + (has_headings ? 1 : 0), "a socket is a line", out);
  }
  view.look.width = 80;
  std::string narrow;
  render::write_table(view, [&](std::string_view piece) { narrow += piece; });
  expect_clean(narrow, false);
}

}  // namespace fuzz
