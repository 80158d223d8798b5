// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "portscope/cgroup.hpp"
#include "render/cell.hpp"
#include "render/document.hpp"
#include "render/time.hpp"

namespace render {

using portscope::Endpoint;
using portscope::Holder;
using portscope::Process;
using portscope::Snapshot;
using portscope::StringId;
using portscope::UnixEndpoint;

namespace {

void write_unix_end(JsonWriter& json, const End& end, const UnixEndpoint& endpoint) {
  json.begin_object();
  if (end.end == &end.socket->peer) {
    json.key("inode");
    endpoint.inode != 0 ? json.number(std::uint64_t{endpoint.inode}) : json.null();
  }
  if (endpoint.name != StringId::none) {
    json.text_member(endpoint.abstract ? "abstract" : "path", end.snapshot->text(endpoint.name));
  } else {
    json.key("path");
    json.null();
  }
  json.end_object();
}

void write_texts(JsonWriter& json, std::string_view key, const std::vector<std::string_view>& texts) {
  bool replaced = false;
  json.key(key);
  json.begin_array();
  for (const auto text : texts) replaced = json.text(text) || replaced;
  json.end_array();
  if (!replaced) return;
  json.key(std::string(key) + "_b64");
  json.begin_array();
  for (const auto text : texts) json.text(base64(text));
  json.end_array();
}

void write_user(JsonWriter& json, const Snapshot& snapshot, std::optional<std::uint32_t> uid) {
  json.key("uid");
  uid ? json.number(std::uint64_t{*uid}) : json.null();
  const StringId user = uid ? Snapshot::look_up(snapshot.users, *uid) : StringId::none;
  write_known(json, "user", snapshot.text(user), user != StringId::none);
}

void write_owner(JsonWriter& json, const Snapshot& snapshot, const Holder& holder) {
  const Process& process = snapshot.processes[holder.process];
  const auto text_of = [&](std::string_view key, StringId id) {
    write_known(json, key, snapshot.text(id), id != StringId::none);
  };
  json.begin_object();
  json.key("pid");
  json.number(std::int64_t{process.pid});
  if (holder.tid != 0) {
    json.key("tid");
    json.number(std::int64_t{holder.tid});
  }
  json.key("fd");
  json.number(std::int64_t{holder.fd});
  text_of("name", process.name);
  text_of("exe", process.exe);
  if (process.command_line == StringId::none) {
    json.key("cmdline");
    json.null();
  } else {
    write_texts(json, "cmdline", split_arguments(snapshot.text(process.command_line)));
  }
  json.key("ppid");
  json.number(std::int64_t{process.ppid});
  write_user(json, snapshot, process.uid);
  json.key("start_time");
  process.start_time ? (void)json.text(rfc3339(*process.start_time)) : json.null();
  const std::string_view path = snapshot.text(process.cgroup);
  text_of("cgroup", process.cgroup);
  write_known(json, "unit", portscope::unit_of(path), !portscope::unit_of(path).empty());
  write_known(json, "container", portscope::container_of(path), !portscope::container_of(path).empty());
  json.end_object();
}

struct MemberWriter {
  JsonWriter& json;
  std::string_view key;

  void operator()(const Inapplicable&) const {}
  void operator()(const Text& text) const { json.text_member(key, text.bytes); }
  void operator()(const Texts& texts) const {
    std::vector<std::string_view> plain;
    for (const Text& text : texts) plain.push_back(text.bytes);
    write_texts(json, key, plain);
  }
  void operator()(const EndAddress& end) const {
    if (const Endpoint* ip = portscope::inet(*end.end)) {
      json.text_member(key, ip->address.to_string());
    } else {
      const StringId id = portscope::unix_end(*end.end)->name;
      write_known(json, key, end.snapshot->text(id), id != StringId::none);
    }
  }
  void operator()(const User& user) const { write_known(json, key, user.name.bytes, user.has_name); }
  template <class Value>
  void operator()(const Value& value) const {
    json.key(key);
    write(value);
  }

  void write(std::monostate) const { json.null(); }
  void write(bool value) const { json.boolean(value); }
  void write(std::uint64_t value) const { json.number(value); }
  void write(const Word& word) const { json.text(word.text); }
  void write(const Hex& hex) const { json.text(fmt::format("{:x}", hex.value)); }
  void write(const Numbers& numbers) const {
    json.begin_array();
    for (const std::uint64_t number : numbers) json.number(number);
    json.end_array();
  }
  void write(const CommandLines& lines) const {
    json.begin_array();
    for (const CommandLine& line : lines) {
      json.begin_array();
      for (const auto argument : split_arguments(line.arguments)) json.text(argument);
      json.end_array();
    }
    json.end_array();
  }
  void write(const End& end) const {
    if (const Endpoint* ip = portscope::inet(*end.end)) {
      json.begin_object();
      json.key("address");
      json.text(ip->address.to_string());
      json.key("port");
      json.number(std::uint64_t{ip->port});
      json.end_object();
    } else if (const UnixEndpoint* name = portscope::unix_end(*end.end)) {
      write_unix_end(json, end, *name);
    } else {
      json.null();
    }
  }
  void write(const Owners& owners) const {
    json.begin_array();
    for (const Holder& holder : owners.snapshot->holders_of(*owners.socket))
      write_owner(json, *owners.snapshot, holder);
    json.end_array();
  }
  void write(const ListenQueue& queue) const {
    const bool limit_known = queue.socket->source == portscope::Source::netlink;
    json.begin_object();
    json.key("queued");
    json.number(std::uint64_t{queue.socket->recv_queue});
    json.key("backlog");
    limit_known ? json.number(std::uint64_t{queue.socket->send_queue}) : json.null();
    json.key("overflows");
    queue.socket->drops ? json.number(std::uint64_t{*queue.socket->drops}) : json.null();
    json.end_object();
  }
  void write(const NetnsCell& cell) const {
    json.begin_object();
    json.key("id");
    cell.netns->id != 0 ? json.number(cell.netns->id) : json.null();
    write_known(json, "name", cell.netns->name, !cell.netns->name.empty());
    json.end_object();
  }
};

}  // namespace

void write_member(JsonWriter& json, std::string_view key, const Cell& cell) {
  std::visit(MemberWriter{json, key}, cell);
}

}  // namespace render
