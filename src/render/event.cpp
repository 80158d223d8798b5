// SPDX-License-Identifier: MIT
#include "render/event.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "render/document.hpp"
#include "render/separated.hpp"
#include "render/text.hpp"
#include "render/time.hpp"

namespace render {

using portscope::ChangeKind;
using portscope::Event;
using portscope::Snapshot;
using portscope::Socket;

namespace {

constexpr auto last_counters = std::to_array<std::string_view>({"bytes_sent", "bytes_received", "retransmits"});

/// Then its counters are the last ones; what goes on as time_wait carries no data any more.
bool has_ended(const Event& event, const Socket& socket) {
  return event.kind == ChangeKind::closed || socket.state == portscope::State::time_wait;
}

Cell duration_of(const Event& event) {
  return event.lasted ? Cell{Age{event.lasted->at_least_ms, event.lasted->exact}} : Cell{};
}

std::string in_words(const portscope::Gap& gap) {
  const std::string count = gap.count ? fmt::format("{} ", *gap.count) : "";
  return fmt::format("{}{} missed ({}): {}", count, name(gap.what), gap.why, gap.remedy);
}

void begin_json(JsonWriter& json, std::string_view event, portscope::Time time, const Snapshot& snapshot) {
  json.begin_object();
  json.key("schema");
  json.text("portscope.event/1");
  json.key("event");
  json.text(event);
  json.key("time");
  json.text(rfc3339(time));
  write_host(json, snapshot.host);
}

}  // namespace

EventWriter::EventWriter(EventFormat format, const std::vector<const Column*>& columns)
    : format_(format), columns_(columns) {
  for (const Column* column : columns) widths_.push_back(display_width(column->heading));
  for (const std::string_view name : last_counters) {
    const Column* column = find_column(name);
    if (std::find(columns.begin(), columns.end(), column) == columns.end()) last_.push_back(column);
  }
}

void EventWriter::append_headings(std::string& out) const {
  if (format_ == EventFormat::jsonl) return;
  if (format_ == EventFormat::table) {
    fmt::format_to(std::back_inserter(out), "{:<27}  {:<7}", "TIME", "EVENT");
    for (std::size_t i = 0; i < columns_.size(); ++i)
      fmt::format_to(std::back_inserter(out), "  {:<{}}", columns_[i]->heading, widths_[i]);
    out.erase(out.find_last_not_of(' ') + 1);
    out += '\n';
    return;
  }
  out += fmt::format("time{0}event", separator());
  for (const auto* columns : {&columns_, &last_}) {
    for (const Column* column : *columns) out.append(1, separator()).append(column->name);
  }
  out.append(1, separator()).append("duration").append(1, separator()).append("gap\n");
}

void EventWriter::append(std::string& out, const Snapshot& snapshot, const Event& event) {
  switch (format_) {
    case EventFormat::jsonl:
      return append_json(out, snapshot, event);
    case EventFormat::table:
      return append_text(out, snapshot, event);
    case EventFormat::csv:
    case EventFormat::tsv:
      return append_fields(out, snapshot, event);
  }
}

void EventWriter::append_json(std::string& out, const Snapshot& snapshot, const Event& event) const {
  JsonWriter json(out, JsonStyle::compact);
  const Socket& socket = snapshot.sockets[event.row];
  begin_json(json, name(event.kind), event.time, snapshot);
  for (const Column* column : columns_) write_member(json, column->name, column->cell(snapshot, socket));
  if (has_ended(event, socket)) {
    for (const Column* column : last_) write_member(json, column->name, column->cell(snapshot, socket));
    write_member(json, "duration", duration_of(event));
  }
  json.end_object();
  json.next_line();
}

/// Columns become as wide as they have to, so that lines stand below each other after a while.
void EventWriter::append_text(std::string& out, const Snapshot& snapshot, const Event& event) {
  const Socket& socket = snapshot.sockets[event.row];
  out += rfc3339(event.time);
  fmt::format_to(std::back_inserter(out), "  {:<7}", name(event.kind));
  std::size_t blanks = 0;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::string text;
    render::append_text(text, columns_[i]->cell(snapshot, socket), {});
    const std::size_t width = display_width(text);
    widths_[i] = std::max(widths_[i], width);
    out.append(blanks + 2, ' ').append(text);
    blanks = widths_[i] - width;
  }
  if (has_ended(event, socket)) {
    auto add = [&](std::string_view what, const Cell& cell) {
      if (is_blank(cell)) return;
      out.append(std::exchange(blanks, 0) + 2, ' ').append(what).append(" ");
      render::append_text(out, cell, {});
    };
    for (const Column* column : last_) add(column->heading, column->cell(snapshot, socket));
    add("lasted", duration_of(event));
  }
  out += '\n';
}

void EventWriter::append_fields(std::string& out, const Snapshot& snapshot, const Event& event) const {
  const Socket& socket = snapshot.sockets[event.row];
  out += fmt::format("{}{}{}", rfc3339(event.time), separator(), name(event.kind));
  const auto add = [&](const Cell& cell) {
    out += separator();
    append_field(out, cell, separator());
  };
  const bool closed = has_ended(event, socket);
  for (const Column* column : columns_) add(column->cell(snapshot, socket));
  for (const Column* column : last_) add(closed ? column->cell(snapshot, socket) : Cell{});
  add(closed ? duration_of(event) : Cell{});
  out.append(1, separator()).append("\n");  // no gap
}

void EventWriter::append_gap(std::string& out, const Snapshot& snapshot, const portscope::Gap& gap) const {
  if (format_ == EventFormat::jsonl) {
    JsonWriter json(out, JsonStyle::compact);
    begin_json(json, "gap", snapshot.time, snapshot);
    json.key("gap");
    write_gap(json, gap);
    json.end_object();
    return json.next_line();
  }
  if (format_ == EventFormat::table) {
    out += fmt::format("{}  gap      {}\n", rfc3339(snapshot.time), in_words(gap));
    return;
  }
  // What was missed has no columns, no last counters and no duration.
  out += fmt::format("{}{}gap", rfc3339(snapshot.time), separator());
  out.append(columns_.size() + last_.size() + 2, separator());
  const std::string words = in_words(gap);
  append_field(out, Text{words}, separator());
  out += '\n';
}

}  // namespace render
