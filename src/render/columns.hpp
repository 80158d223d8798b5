// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "portscope/take_snapshot.hpp"
#include "render/cell.hpp"

namespace render {

/// Where a column stands when nobody chose columns.
enum class Layout : std::uint8_t {
  listeners,  ///< the table of -l: who waits where
  sockets,    ///< every other table
  extended,   ///< what -e adds to either
  json,
  flat  ///< CSV and TSV: one simple value a cell
};

/// One column: its name for -C, --sort and JSON, and how it looks at a socket.
struct Column {
  std::string_view name;     ///< also the JSON key
  std::string_view heading;  ///< in a table
  std::string_view help;
  portscope::EnumSet<Layout> layouts;
  portscope::EnumSet<portscope::Need> needs;  ///< what must be collected for it
  Cell (*cell)(const portscope::Snapshot&, const portscope::Socket&);
  bool only_when_filled = false;  ///< left out of a table that nobody chose columns for when no row fills it
};

/// THE table of columns, in the order they stand in.
std::span<const Column> columns();

/// The column of that name, or nullptr.
const Column* find_column(std::string_view name);

}  // namespace render
