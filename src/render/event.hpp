// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "portscope/journal.hpp"
#include "render/columns.hpp"

namespace render {

/// How events are written, by the name of the format they are like. Each is whole when its line is: nothing comes at
/// the end.
enum class EventFormat : std::uint8_t { table, jsonl, csv, tsv };

}  // namespace render

template <>
struct portscope::Names<render::EventFormat> {
  static constexpr auto list = std::to_array<std::string_view>({"table", "jsonl", "csv", "tsv"});
};

namespace render {

/// Writes events, a line each. What is closed has its last counters and its duration behind the columns.
class EventWriter {
 public:
  EventWriter(EventFormat format, const std::vector<const Column*>& columns);

  /// The line of headings, where the format has one.
  void append_headings(std::string& out) const;
  void append(std::string& out, const portscope::Snapshot& snapshot, const portscope::Event& event);
  /// What could not be seen, at the time of the snapshot.
  void append_gap(std::string& out, const portscope::Snapshot& snapshot, const portscope::Gap& gap) const;

 private:
  void append_json(std::string& out, const portscope::Snapshot& snapshot, const portscope::Event& event) const;
  void append_text(std::string& out, const portscope::Snapshot& snapshot, const portscope::Event& event);
  void append_fields(std::string& out, const portscope::Snapshot& snapshot, const portscope::Event& event) const;
  [[nodiscard]] char separator() const { return format_ == EventFormat::csv ? ',' : '\t'; }

  EventFormat format_;
  std::vector<const Column*> columns_;
  std::vector<const Column*> last_;  // of a closed one
  std::vector<std::size_t> widths_;  // of the columns, as wide as they were so far
};

}  // namespace render
