// SPDX-License-Identifier: MIT
#include <algorithm>

#include "render/columns.hpp"
#include "render/document.hpp"
#include "render/why.hpp"

namespace render {

using portscope::BindAnswer;
using portscope::BindProbe;
using portscope::BindView;
using portscope::Blocker;
using portscope::EnumSet;
using portscope::Snapshot;
using portscope::Socket;

namespace {

void write_error(JsonWriter& json, int error) { error != 0 ? void(json.text(error_word(error))) : json.null(); }

void write_target(JsonWriter& json, const PortTarget& target) {
  json.key("target");
  json.begin_object();
  json.key("transport");
  json.text(name(target.transport));
  json.text_member("address", target.address);
  json.key("port");
  json.number(std::uint64_t{target.port});
  if (!target.interface.empty()) json.text_member("interface", target.interface);
  json.end_object();
}

/// What came of it all: the attempts are one answer, as in `errno`. It never listens.
void write_probe(JsonWriter& json, const WhyPage& page) {
  const auto& probes = page.view.probes;
  const bool tried = std::any_of(probes.begin(), probes.end(), [](const BindProbe& probe) { return probe.tried; });
  json.key("probe");
  json.begin_object();
  json.key("tried");
  json.boolean(tried);
  json.key("errno");
  write_error(json, tried && page.answer.call == portscope::BindCall::bind ? page.answer.error : 0);
  if (!tried) {
    json.key("why");
    json.text(probes.front().untried);
  }
  json.end_object();
}

void write_foretold(JsonWriter& json, const BindAnswer& answer) {
  json.key("foretold");
  json.begin_object();
  json.key("known");
  json.boolean(answer.foretold_known);
  json.key("errno");
  write_error(json, answer.foretold);
  json.end_object();
}

void write_doubts(JsonWriter& json, EnumSet<portscope::BindDoubt> doubts) {
  json.key("doubts");
  json.begin_array();
  for (std::size_t i = 0; i < portscope::Names<portscope::BindDoubt>::list.size(); ++i) {
    const auto each = static_cast<portscope::BindDoubt>(i);
    if (doubts.contains(each)) json.text(name(each));
  }
  json.end_array();
}

void write_socket(JsonWriter& json, const Snapshot& snapshot, const Socket& socket) {
  json.key("socket");
  json.begin_object();
  for (const Column& column : columns()) {
    if (column.layouts.contains(Layout::json)) write_member(json, column.name, column.cell(snapshot, socket));
  }
  json.end_object();
}

void write_starters(JsonWriter& json, const BindView& view, const Socket& socket) {
  json.key("started_by");
  json.begin_array();
  const auto holders = view.snapshot.holders_of(socket);
  for (const auto& starter : view.starters) {
    const bool is_parent = std::any_of(holders.begin(), holders.end(), [&](const auto& holder) {
      return view.snapshot.processes[holder.process].ppid == starter.pid;
    });
    if (!is_parent) continue;
    json.begin_object();
    json.key("pid");
    json.number(std::int64_t{starter.pid});
    json.text_member("name", view.snapshot.text(starter.name));
    json.end_object();
  }
  json.end_array();
}

void write_blockers(JsonWriter& json, const WhyPage& page) {
  json.key("blockers");
  json.begin_array();
  for (const Blocker& blocker : page.answer.blockers) {
    const Socket& socket = *page.view.holders[blocker.holder].socket;
    json.begin_object();
    json.key("rule");
    json.text(name(blocker.rule));
    json.key("text");
    json.text(explanation(blocker.rule));
    write_doubts(json, blocker.doubts);
    write_socket(json, page.view.snapshot, socket);
    write_starters(json, page.view, socket);
    json.end_object();
  }
  json.end_array();
}

void write_notes(JsonWriter& json, const BindAnswer& answer) {
  json.key("notes");
  json.begin_array();
  for (const auto& note : answer.notes) {
    json.begin_object();
    json.key("rule");
    json.text(name(note.rule));
    json.text_member("text", note.text);
    json.end_object();
  }
  json.end_array();
  json.key("remedies");
  json.begin_array();
  for (const auto& remedy : answer.remedies) {
    json.begin_object();
    json.text_member("text", remedy.text);
    write_known(json, "command", remedy.command, !remedy.command.empty());
    json.end_object();
  }
  json.end_array();
}

}  // namespace

void write_why_json(const WhyPage& page, const Sink& sink) {
  std::string out;
  JsonWriter json(out, page.look.json);
  json.begin_object();
  write_document_head(json, "portscope.why/1", page.view.snapshot);
  write_target(json, page.target);
  json.key("verdict");
  json.text(name(page.answer.verdict));
  json.key("errno");
  write_error(json, page.answer.error);
  json.key("call");
  page.answer.error != 0 ? void(json.text(name(page.answer.call))) : json.null();
  write_probe(json, page);
  write_foretold(json, page.answer);
  write_doubts(json, page.answer.doubts);
  write_blockers(json, page);
  write_notes(json, page.answer);
  json.end_object();
  out += '\n';
  sink(out);
}

}  // namespace render
