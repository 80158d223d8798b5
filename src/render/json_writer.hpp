// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "render/gathered.hpp"

namespace render {

/// Whether the output is for eyes (indented) or for programs (one line).
enum class JsonStyle : std::uint8_t { compact, indented };

/// Appends JSON (RFC 8259) to a string, piece by piece; what was written stands there when the outermost bracket of
/// this writer is closed, and after next_line() and place(). Always valid UTF-8, and harmless on a terminal: everything
/// that is not printable is escaped.
class JsonWriter {
 public:
  JsonWriter(std::string& out, JsonStyle style) : out_(out), gathered_(out), style_(style) {}

  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }

  /// A member's name; its value must follow. Names are ours, so they need no escaping.
  void key(std::string_view name);

  void null() { raw("null"); }
  void boolean(bool value) { raw(value ? "true" : "false"); }
  void number(std::uint64_t value);
  void number(std::int64_t value);
  /// Null when it is not known.
  template <class Number>
  void known_number(const std::optional<Number>& value) {
    value ? number(std::uint64_t{*value}) : null();
  }

  /// A text of ours, in which nothing needs escaping.
  void plain(std::string_view text);
  /// A text; bytes that are not UTF-8 become U+FFFD. Returns whether that was needed.
  bool text(std::string_view bytes);

  /// A member with texts from outside. `write` writes the value, every text in it with the
  /// function it is given, and returns whether any of those calls did; when bytes were lost, the
  /// value is written again as `<name>_b64`, each text in base64.
  template <class Write>
  void member(std::string_view name, const Write& write);

  /// The same for a single text.
  void text_member(std::string_view name, std::string_view bytes) {
    member(name, [&](const auto& put) { return put(bytes); });
  }

  /// Members that tell of `what`, the same each time: `write` writes them once, later they are copied from memory.
  /// A member must stand before them.
  template <class Write>
  void remembered(const void* what, const Write& write);

  /// Where in a document it is, for another writer that goes on there.
  struct Place {
    unsigned depth = 0;
    bool first = true;  ///< nothing stands in the innermost bracket yet
  };
  /// Hands over what was written.
  [[nodiscard]] Place place() {
    gathered_.hand_over();
    return {depth_, first_};
  }
  void go_on_at(Place place) {
    depth_ = outermost_ = place.depth;
    first_ = place.first;
  }

  /// After a document, another one in a line of its own.
  void next_line() {
    gathered_.put('\n');
    gathered_.hand_over();
    first_ = true;
  }

 private:
  void open(char bracket);
  void close(char bracket);
  void separate() {
    if (!after_key_) begin_element();
    after_key_ = false;
  }
  void begin_element();
  void new_line();
  void raw(std::string_view value) {
    separate();
    gathered_.put(value);
    end_value();
  }
  void end_value() {
    if (depth_ <= outermost_) gathered_.hand_over();
  }

  std::string& out_;
  Gathered gathered_;
  JsonStyle style_;
  unsigned depth_ = 0;
  unsigned outermost_ = 0;  // a value in no more brackets is handed over
  bool first_ = true;       // nothing stands in the innermost bracket yet
  bool after_key_ = false;
  std::unordered_map<const void*, std::string> memory_;  // texts of remembered()
  std::size_t memory_size_ = 0;
};

/// RFC 4648, with padding.
std::string base64(std::string_view bytes);

/// Writes the array of a command line's arguments with `put` (see JsonWriter::member); returns
/// whether bytes were lost.
template <class Put>
bool write_arguments(JsonWriter& json, const std::vector<std::string_view>& arguments, const Put& put) {
  bool lossy = false;
  json.begin_array();
  for (const auto argument : arguments) lossy = put(argument) || lossy;
  json.end_array();
  return lossy;
}

// --- Inline implementations ---

template <class Write>
void JsonWriter::remembered(const void* what, const Write& write) {
  if (style_ == JsonStyle::indented) return write();  // as wide as they are deep
  if (const auto found = memory_.find(what); found != memory_.end()) return gathered_.put(found->second);
  constexpr std::size_t enough = 4'000'000;
  gathered_.hand_over();
  const std::size_t begin = out_.size();
  write();
  gathered_.hand_over();
  if (memory_size_ > enough) return;
  memory_size_ += out_.size() - begin;
  memory_.emplace(what, out_.substr(begin));
}

template <class Write>
void JsonWriter::member(std::string_view name, const Write& write) {
  key(name);
  const bool lossy = write([this](std::string_view bytes) { return text(bytes); });
  if (!lossy) return;
  key(std::string(name).append("_b64"));
  write([this](std::string_view bytes) { return text(base64(bytes)); });
}

}  // namespace render
