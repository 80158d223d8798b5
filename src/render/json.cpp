// SPDX-License-Identifier: MIT
#include "render/document.hpp"
#include "render/formats.hpp"
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
  for_each_socket(view, [&](const Socket& socket) {
    json.begin_object();
    write_columns(json, view, socket);
    json.end_object();
    flush_if_large(out, sink);
  });
  json.end_array();
  json.end_object();
  out += '\n';
  sink(out);
}

void write_jsonl(const View& view, const Sink& sink) {
  const Snapshot& snapshot = *view.snapshot;
  const std::string time = rfc3339(snapshot.time);
  std::string out;
  JsonWriter json(out, JsonStyle::compact);
  for_each_socket(view, [&](const Socket& socket) {
    json.begin_object();
    json.key("schema");
    json.text("portscope.socket/1");
    json.remembered(&snapshot, [&] {
      json.key("time");
      json.text(time);
      write_host(json, snapshot.host);
    });
    write_columns(json, view, socket);
    json.end_object();
    json.next_line();
    flush_if_large(out, sink);
  });
  if (!out.empty()) sink(out);
}

}  // namespace render
