// SPDX-License-Identifier: MIT
#include "render/socket_json.hpp"

#include "render/cell.hpp"
#include "render/columns.hpp"
#include "render/formats.hpp"

namespace render {

portscope::EnumSet<portscope::Need> socket_json_needs() {
  auto needs = find_format("json")->needs;
  for (const Column& column : columns()) {
    if (column.layouts.contains(Layout::json)) needs |= column.needs;
  }
  return needs;
}

void write_socket_array(JsonWriter& json, const portscope::Snapshot& snapshot, const std::vector<std::uint32_t>& rows) {
  json.begin_array();
  for (const std::uint32_t row : rows) {
    const portscope::Socket& socket = snapshot.sockets[row];
    json.begin_object();
    for (const Column& column : columns()) {
      if (column.layouts.contains(Layout::json)) write_member(json, column.name, column.cell(snapshot, socket));
    }
    json.end_object();
  }
  json.end_array();
}

void write_socket_document(const portscope::Snapshot& snapshot, const std::vector<std::uint32_t>& rows,
                           const Look& look, const Sink& sink) {
  View view{&snapshot, rows, {}, false, look};
  for (const Column& column : columns()) {
    if (column.layouts.contains(Layout::json)) view.columns.push_back(&column);
  }
  write_json(view, sink);
}

}  // namespace render
