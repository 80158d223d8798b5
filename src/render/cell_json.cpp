// SPDX-License-Identifier: MIT
#include <fmt/compile.h>
#include <fmt/format.h>

#include <iterator>

#include "render/cell.hpp"
#include "render/document.hpp"
#include "render/ends.hpp"
#include "render/owner_json.hpp"

namespace render {

using portscope::StringId;
using portscope::UnixEndpoint;

namespace {

void write_element(JsonWriter& json, const Cell& cell);

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
    const auto* name = std::get_if<UnixEndpoint>(end.end);
    if (name != nullptr) {
      write_known(json, key, end.snapshot->text(name->name), name->name != StringId::none);
      return;
    }
    std::string text;
    append_end_address(text, end);
    json.text_member(key, text);
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
  void write(const Word& word) const { json.plain(word.text); }
  void write(const Hex& hex) const {
    fmt::basic_memory_buffer<char, 16> digits;
    fmt::format_to(std::back_inserter(digits), FMT_COMPILE("{:x}"), hex.value);
    json.plain({digits.data(), digits.size()});
  }
  void write(const Numbers& numbers) const {
    json.begin_array();
    for (const std::uint64_t number : numbers) json.number(number);
    json.end_array();
  }
  void write(const End& end) const { write_end(json, end); }
  void write(const HardwareAddress& address) const {
    std::string text;
    append_text(text, address, {});
    json.plain(text);
  }
  void write(const portscope::Endpoint& endpoint) const { write_endpoint(json, endpoint); }
  void write(const Age& age) const {
    json.begin_object();
    json.key("at_least_ms");
    json.number(age.at_least_ms);
    json.key("exact");
    json.boolean(age.exact);
    json.end_object();
  }
  void write(const Details& details) const { write(details.view->object(*details.snapshot, *details.socket)); }
  void write(const Object& object) const {
    json.begin_object();
    for (const Member& member : object.members) write_member(json, member.name, member.value);
    json.end_object();
  }
  void write(const Array& array) const {
    json.begin_array();
    for (const Member& element : array.elements) write_element(json, element.value);
    json.end_array();
  }
  void write(const Owners& owners) const {
    write_owners(json, *owners.snapshot, owners.snapshot->holders_of(*owners.socket));
  }
  void write(const ListenQueue& queue) const {
    const portscope::Socket& socket = *queue.socket;
    json.begin_object();
    json.key("queued");
    json.known_number(socket.recv_queue);
    json.key("backlog");
    json.known_number(socket.send_queue);
    json.key("overflows");
    json.known_number(socket.drops);
    if (const auto limit = limit_of(queue); queue.snapshot->settings.somaxconn) {
      write_known(json, "limited_by", limit, !limit.empty());
    }
    if (const auto requests = requests_of(queue)) {
      json.key("syn_received");
      json.known_number(requests);
    }
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

/// What stands in an array has no name.
void write_element(JsonWriter& json, const Cell& cell) {
  const MemberWriter writer{json, {}};
  if (const auto* object = std::get_if<Object>(&cell)) return writer.write(*object);
  if (const auto* number = std::get_if<std::uint64_t>(&cell)) return writer.write(*number);
  if (const auto* endpoint = std::get_if<portscope::Endpoint>(&cell)) return writer.write(*endpoint);
  if (const auto* hex = std::get_if<Hex>(&cell)) return writer.write(*hex);
  if (const auto* word = std::get_if<Word>(&cell)) return writer.write(*word);
  writer.write(std::monostate{});
}

}  // namespace

void write_member(JsonWriter& json, std::string_view key, const Cell& cell) {
  std::visit(MemberWriter{json, key}, cell);
}

}  // namespace render
