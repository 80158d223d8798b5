// SPDX-License-Identifier: MIT
#include "render/document.hpp"

#include "portscope/version.hpp"
#include "render/time.hpp"

namespace render {

using portscope::Gap;

namespace {

void write_gaps(JsonWriter& json, const std::vector<Gap>& gaps) {
  json.key("gaps");
  json.begin_array();
  for (const Gap& gap : gaps) write_gap(json, gap);
  json.end_array();
}

}  // namespace

void write_gap(JsonWriter& json, const Gap& gap) {
  json.begin_object();
  json.key("what");
  json.text(name(gap.what));
  if (gap.transport) {
    json.key("transport");
    json.text(name(*gap.transport));
  }
  json.key("why");
  json.text(gap.why);
  json.key("count");
  json.known_number(gap.count);
  json.key("remedy");
  json.text(gap.remedy);
  json.end_object();
}

void write_known(JsonWriter& json, std::string_view key, std::string_view text, bool known) {
  if (known) {
    json.text_member(key, text);
  } else {
    json.key(key);
    json.null();
  }
}

void write_host(JsonWriter& json, const portscope::Host& host) {
  json.key("host");
  json.begin_object();
  write_known(json, "name", host.name, !host.name.empty());
  write_known(json, "id", host.id, !host.id.empty());
  write_known(json, "boot_id", host.boot_id, !host.boot_id.empty());
  write_known(json, "kernel", host.kernel, !host.kernel.empty());
  json.end_object();
}

void write_document_head(JsonWriter& json, std::string_view schema, const portscope::Snapshot& snapshot) {
  json.key("schema");
  json.text(schema);
  json.key("version");
  json.text(portscope::version);
  json.key("time");
  json.text(rfc3339(snapshot.time));
  write_host(json, snapshot.host);
  json.key("complete");
  json.boolean(snapshot.complete());
  write_gaps(json, snapshot.gaps);
}

}  // namespace render
