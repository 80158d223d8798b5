// SPDX-License-Identifier: MIT
#include "render/summary.hpp"

#include "render/document.hpp"
#include "render/grid.hpp"

namespace render {

using portscope::SummaryRow;

void write_summary(const std::vector<SummaryRow>& rows, const Look& look, const Sink& sink) {
  Grid grid({{"PROTO"}, {"STATE"}, {"SOCKETS", true}, {"IPV4", true}, {"IPV6", true}});
  const auto add = [&](std::string_view text) { grid.add(text, Emphasis::plain); };
  for (const SummaryRow& row : rows) {
    add(name(row.transport));
    add(name(row.state));
    add(std::to_string(row.total));
    const bool over_ip = portscope::inet_transports.contains(row.transport);
    add(over_ip ? std::to_string(row.ipv4) : "-");
    add(over_ip ? std::to_string(row.ipv6) : "-");
  }
  grid.write(look, sink);
}

void write_summary_json(const std::vector<SummaryRow>& rows, const portscope::Snapshot& snapshot, const Look& look,
                        const Sink& sink) {
  std::string out;
  JsonWriter json(out, look.json);
  json.begin_object();
  write_document_head(json, "portscope.summary/1", snapshot);
  json.key("counts");
  json.begin_array();
  for (const SummaryRow& row : rows) {
    json.begin_object();
    json.key("transport");
    json.text(name(row.transport));
    json.key("state");
    json.text(name(row.state));
    json.key("sockets");
    json.number(row.total);
    json.key("ipv4");
    json.number(row.ipv4);
    json.key("ipv6");
    json.number(row.ipv6);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  out += '\n';
  sink(out);
}

}  // namespace render
