// SPDX-License-Identifier: MIT
#include "render/document.hpp"
#include "render/kill.hpp"
#include "render/port_text.hpp"
#include "render/socket_json.hpp"

namespace render {

using portscope::Ended;
using portscope::PortOwner;

namespace {

void write_refusal(JsonWriter& json, const PortOwner& holder) {
  json.key("refusal");
  if (!holder.refusal) return json.null();
  json.begin_object();
  json.key("rule");
  json.text(name(holder.refusal->rule));
  json.text_member("why", holder.refusal->why);
  json.text_member("command", holder.refusal->command);
  json.end_object();
}

void write_holder(JsonWriter& json, const KillAnswer& answer, const PortOwner& holder, const Ended* ended) {
  const portscope::Process& process = answer.before.processes[holder.process];
  json.begin_object();
  json.key("pid");
  json.number(std::int64_t{process.pid});
  write_known(json, "name", answer.before.text(process.name), process.name != portscope::StringId::none);
  write_refusal(json, holder);
  json.key("sent");
  ended != nullptr && ended->sent != portscope::SentSignal::none ? void(json.text(name(ended->sent))) : json.null();
  json.key("fate");
  ended != nullptr ? void(json.text(name(ended->fate))) : json.null();
  write_known(json, "why", ended != nullptr ? ended->why : "", ended != nullptr && !ended->why.empty());
  json.end_object();
}

void write_holders(JsonWriter& json, const KillAnswer& answer) {
  json.key("holders");
  json.begin_array();
  for (const PortOwner& holder : answer.holders) {
    const Ended* found = nullptr;
    for (const Ended& ended : answer.ended) {
      if (ended.process == holder.process) found = &ended;
    }
    write_holder(json, answer, holder, found);
  }
  json.end_array();
}

}  // namespace

void write_kill_json(const KillAnswer& answer, const Look& look, const Sink& sink) {
  std::string out;
  JsonWriter json(out, look.json);
  json.begin_object();
  write_document_head(json, "portscope.kill/1", answer.after ? *answer.after : answer.before);
  json.text_member("target", answer.target);
  json.key("dry_run");
  json.boolean(answer.dry_run);
  json.key("result");
  json.text(name(answer.result));
  json.key("sockets");
  write_socket_array(json, answer.before, holding_rows(answer.before));
  write_holders(json, answer);
  json.key("left");
  if (answer.after) {
    write_socket_array(json, *answer.after, holding_rows(*answer.after));
  } else {
    json.null();
  }
  json.end_object();
  out += '\n';
  sink(out);
}

}  // namespace render
