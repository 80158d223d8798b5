// SPDX-License-Identifier: MIT
#include <algorithm>
#include <initializer_list>
#include <string>

#include "render/document.hpp"
#include "render/summary.hpp"

namespace render {

using portscope::DestinationUse;
using portscope::EphemeralPorts;
using portscope::NetSettings;
using portscope::ProcessShare;
using portscope::Snapshot;
using portscope::SourceUse;
using portscope::Summary;
using portscope::SummaryRow;

namespace {

constexpr std::size_t most_processes = 20;
constexpr std::size_t most_addresses = 1000;

void write_number(JsonWriter& json, std::string_view key, std::uint64_t number) {
  json.key(key);
  json.number(number);
}

template <class Number>
void write_known_number(JsonWriter& json, std::string_view key, const std::optional<Number>& number) {
  json.key(key);
  json.known_number(number);
}

/// The first `most` of them, and how many they are not.
template <class Element, class Write>
void write_first(JsonWriter& json, std::string_view key, const std::vector<Element>& elements, std::size_t most,
                 const Write& write) {
  const std::size_t count = std::min(elements.size(), most);
  json.key(key);
  json.begin_array();
  for (std::size_t i = 0; i < count; ++i) {
    json.begin_object();
    write(elements[i]);
    json.end_object();
  }
  json.end_array();
  write_number(json, std::string(key).append("_left_out"), elements.size() - count);
}

void write_counts(JsonWriter& json, const std::vector<SummaryRow>& rows) {
  json.key("counts");
  json.begin_array();
  for (const SummaryRow& row : rows) {
    json.begin_object();
    json.key("transport");
    json.text(name(row.transport));
    json.key("state");
    json.text(name(row.state));
    write_number(json, "sockets", row.total);
    write_number(json, "ipv4", row.ipv4);
    write_number(json, "ipv6", row.ipv6);
    json.end_object();
  }
  json.end_array();
}

void write_processes(JsonWriter& json, const Summary& summary, const Snapshot& snapshot) {
  write_first(json, "processes", summary.processes, most_processes, [&](const ProcessShare& share) {
    const portscope::Process& process = snapshot.processes[share.process];
    json.key("pid");
    json.number(std::int64_t{process.pid});
    write_known(json, "name", snapshot.text(process.name), process.name != portscope::StringId::none);
    write_number(json, "sockets", share.sockets);
    write_number(json, "listening", share.listening);
    write_number(json, "established", share.established);
  });
}

/// Sockets by the keys they have in every other document.
void write_sockets(JsonWriter& json, std::string_view key, const Snapshot& snapshot,
                   const std::vector<std::uint32_t>& positions, std::initializer_list<std::string_view> columns) {
  json.key(key);
  json.begin_array();
  for (const std::uint32_t position : positions) {
    json.begin_object();
    for (const std::string_view column : columns) {
      write_member(json, column, find_column(column)->cell(snapshot, snapshot.sockets[position]));
    }
    json.end_object();
  }
  json.end_array();
}

void write_ephemeral_ports(JsonWriter& json, const EphemeralPorts& ports, const Snapshot& snapshot) {
  json.begin_object();
  json.key("range");
  json.begin_object();
  write_number(json, "first", ports.range.first);
  write_number(json, "last", ports.range.last);
  json.end_object();
  write_number(json, "reserved", ports.reserved);
  write_number(json, "available", ports.available);
  write_number(json, "bound", ports.bound);
  write_first(json, "sources", ports.sources, most_addresses, [&](const SourceUse& use) {
    json.key("address");
    json.text(use.address.to_string());
    write_number(json, "used", use.used);
  });
  write_first(json, "destinations", ports.destinations, most_addresses, [&](const DestinationUse& use) {
    json.key("source");
    json.text(use.source.to_string());
    json.key("address");
    json.text(use.destination.address.to_string());
    write_number(json, "port", use.destination.port);
    write_number(json, "used", use.used);
    write_number(json, "time_wait", use.time_wait);
    write_number(json, "left", use.left);
  });
  write_sockets(json, "listeners_inside", snapshot, ports.listeners_inside,
                {"transport", "local", "interface", "owner_status", "owners"});
  json.end_object();
}

void write_retransmission(JsonWriter& json, const NetSettings& settings) {
  json.key("retransmission");
  json.begin_object();
  write_known_number(json, "segments_out", settings.segments_out);
  write_known_number(json, "segments_retransmitted", settings.segments_retransmitted);
  write_known_number(json, "share_ppm", portscope::retransmitted_ppm(settings));
  json.end_object();
}

}  // namespace

void write_summary_json(const Summary& summary, const Snapshot& snapshot, const Look& look, const Sink& sink) {
  std::string out;
  JsonWriter json(out, look.json);
  json.begin_object();
  write_document_head(json, "portscope.summary/1", snapshot);
  write_counts(json, summary.counts);
  write_number(json, "time_wait", summary.time_wait);
  write_number(json, "orphans", summary.orphans);
  write_processes(json, summary, snapshot);
  json.key("ephemeral_ports");
  summary.ephemeral_ports ? write_ephemeral_ports(json, *summary.ephemeral_ports, snapshot) : json.null();
  write_retransmission(json, snapshot.settings);
  write_sockets(json, "overflowed_listeners", snapshot, summary.overflowed_listeners,
                {"transport", "local", "interface", "listen", "owner_status", "owners"});
  write_known_number(json, "listen_overflows", snapshot.settings.listen_overflows);
  write_known_number(json, "listen_drops", snapshot.settings.listen_drops);
  json.end_object();
  out += '\n';
  sink(out);
}

}  // namespace render
