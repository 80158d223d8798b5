// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "portscope/take_snapshot.hpp"
#include "render/cell.hpp"

namespace render {

/// Where a column stands when nobody chose columns.
enum class Layout : std::uint8_t {
  listeners,    ///< the table of -l: who waits where
  sockets,      ///< every other table
  extended,     ///< what -e adds to the others
  internals,    ///< what -i adds
  memory,       ///< what -m adds
  timers,       ///< what -o adds
  set_options,  ///< what --options adds
  json,
  flat  ///< CSV and TSV: one simple value a cell
};

/// How a column behaves in a table for which nobody chose columns.
enum class Trait : std::uint8_t {
  if_filled,  ///< left out when no row has anything in it
  beneath,    ///< in a line of its own below the row
  expendable  ///< first to go on a narrow terminal
};

/// One column: its name for -C, --sort and JSON, and how it looks at a socket.
struct Column {
  std::string_view name;     ///< also the JSON key
  std::string_view heading;  ///< in a table
  std::string_view help;
  portscope::EnumSet<Layout> layouts;
  portscope::EnumSet<portscope::Need> needs;  ///< what must be collected for it
  Cell (*cell)(const portscope::Snapshot&, const portscope::Socket&);
  portscope::EnumSet<Trait> traits = {};
};

/// THE table of columns, in the order they stand in.
std::span<const Column> columns();

/// The column of that name, or nullptr.
const Column* find_column(std::string_view name);

/// Whether it is among the first to go on a terminal of that width. On a narrow one it is more worth to see where a
/// socket is and whose than to see of what kind.
bool is_expendable(const Column& column, std::size_t width);

}  // namespace render
