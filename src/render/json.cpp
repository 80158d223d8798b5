// SPDX-License-Identifier: MIT
#include <utility>

#include "render/document.hpp"
#include "render/formats.hpp"
#include "render/parts.hpp"
#include "render/time.hpp"

namespace render {

using portscope::Snapshot;
using portscope::Socket;

namespace {

void write_columns(JsonWriter& json, const View& view, const Socket& socket) {
  for (const Column* column : view.columns) write_member(json, column->name, column->cell(*view.snapshot, socket));
}

}  // namespace

void write_json(const View& view, const Sink& sink) {
  const Snapshot& snapshot = *view.snapshot;
  std::string out;
  JsonWriter json(out, view.look.json);
  json.begin_object();
  write_document_head(json, "portscope.snapshot/1", snapshot);
  json.key("sockets");
  json.begin_array();
  const auto place = json.place();
  write_in_parts(view, out, sink, [&](std::string& part, bool is_first) {
    JsonWriter writer(part, view.look.json);
    writer.go_on_at({place.depth, is_first});
    return [&view, writer = std::move(writer)](const Socket& socket) mutable {
      writer.begin_object();
      write_columns(writer, view, socket);
      writer.end_object();
    };
  });
  json.go_on_at({place.depth, view.order.empty()});
  json.end_array();
  json.end_object();
  out += '\n';
  sink(out);
}

void write_jsonl(const View& view, const Sink& sink) {
  const Snapshot& snapshot = *view.snapshot;
  const std::string time = rfc3339(snapshot.time);
  std::string out;
  write_in_parts(view, out, sink, [&](std::string& part, bool /*is_first*/) {
    return [&, json = JsonWriter(part, JsonStyle::compact)](const Socket& socket) mutable {
      json.begin_object();
      json.key("schema");
      json.plain("portscope.socket/1");
      json.remembered(&snapshot, [&] {
        json.key("time");
        json.text(time);
        write_host(json, snapshot.host);
      });
      write_columns(json, view, socket);
      json.end_object();
      json.next_line();
    };
  });
  if (!out.empty()) sink(out);
}

}  // namespace render
