// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "render/cell.hpp"
#include "render/document.hpp"
#include "render/owner_json.hpp"

namespace render {

using portscope::Endpoint;
using portscope::StringId;
using portscope::UnixEndpoint;

namespace {

void write_inet_end(JsonWriter& json, const Endpoint& endpoint) {
  json.begin_object();
  json.key("address");
  json.text(endpoint.address.to_string());
  json.key("port");
  json.number(std::uint64_t{endpoint.port});
  json.end_object();
}

void write_unix_end(JsonWriter& json, const End& end, const UnixEndpoint& endpoint) {
  json.begin_object();
  if (end.end == &end.socket->peer) {
    json.key("inode");
    endpoint.inode != 0 ? json.number(std::uint64_t{endpoint.inode}) : json.null();
    if (end.socket->owner_status != portscope::OwnerStatus::unasked) {
      json.key("owners");
      endpoint.inode != 0 ? write_owners(json, *end.snapshot, endpoint.inode) : json.null();
    }
  }
  if (endpoint.name != StringId::none) {
    json.text_member(endpoint.abstract ? "abstract" : "path", end.snapshot->text(endpoint.name));
  } else {
    json.key("path");
    json.null();
  }
  json.end_object();
}

struct MemberWriter {
  JsonWriter& json;
  std::string_view key;

  void operator()(const Inapplicable&) const {}
  void operator()(const Text& text) const { json.text_member(key, text.bytes); }
  void operator()(const Texts& texts) const {
    write_list(texts, [](const Text& text, const auto& put) { return put(text.bytes); });
  }
  void operator()(const CommandLines& lines) const {
    write_list(lines, [this](const CommandLine& line, const auto& put) {
      return write_arguments(json, split_arguments(line.arguments), put);
    });
  }
  void operator()(const EndAddress& end) const {
    std::visit(portscope::EachKind{[&](std::monostate) { write_known(json, key, {}, false); },
                                   [&](const Endpoint& ip) { json.text_member(key, ip.address.to_string()); },
                                   [&](const UnixEndpoint& unix_end) {
                                     const StringId id = unix_end.name;
                                     write_known(json, key, end.snapshot->text(id), id != StringId::none);
                                   }},
               *end.end);
  }
  void operator()(const User& user) const { write_known(json, key, user.name.bytes, user.has_name); }
  /// An array with null for what is not known; `write_one` writes the others with `put`.
  template <class Value, class Write>
  void write_list(const std::vector<std::optional<Value>>& values, const Write& write_one) const {
    json.member(key, [&](const auto& put) {
      bool lossy = false;
      json.begin_array();
      for (const auto& value : values) {
        value ? void(lossy = write_one(*value, put) || lossy) : json.null();
      }
      json.end_array();
      return lossy;
    });
  }
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
  void write(const End& end) const {
    std::visit(
        portscope::EachKind{[&](std::monostate) { json.null(); }, [&](const Endpoint& ip) { write_inet_end(json, ip); },
                            [&](const UnixEndpoint& name) { write_unix_end(json, end, name); }},
        *end.end);
  }
  void write(const Owners& owners) const { write_owners(json, *owners.snapshot, owners.socket->inode); }
  void write(const ListenQueue& queue) const {
    const portscope::Socket& socket = *queue.socket;
    json.begin_object();
    json.key("queued");
    json.known_number(socket.recv_queue);
    json.key("backlog");
    json.known_number(socket.send_queue);
    json.key("overflows");
    json.known_number(socket.drops);
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
