// SPDX-License-Identifier: MIT
#include "render/event.hpp"

#include "render/document.hpp"
#include "render/time.hpp"

namespace render {

void append_event(std::string& out, portscope::ChangeKind kind, portscope::Time time,
                  const portscope::Snapshot& snapshot, std::uint32_t row, const std::vector<const Column*>& columns) {
  JsonWriter json(out, JsonStyle::compact);
  json.begin_object();
  json.key("schema");
  json.text("portscope.event/1");
  json.key("event");
  json.text(name(kind));
  json.key("time");
  json.text(rfc3339(time));
  write_host(json, snapshot.host);
  for (const Column* column : columns) write_member(json, column->name, column->cell(snapshot, snapshot.sockets[row]));
  json.end_object();
  json.next_line();
}

}  // namespace render
