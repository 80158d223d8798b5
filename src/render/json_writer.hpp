// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace render {

/// Whether the output is for eyes (indented) or for programs (one line).
enum class JsonStyle : std::uint8_t { compact, indented };

/// Appends JSON (RFC 8259) to a string, piece by piece. Always valid UTF-8, and harmless on a
/// terminal: everything that is not printable is escaped.
class JsonWriter {
 public:
  JsonWriter(std::string& out, JsonStyle style) : out_(out), style_(style) {}

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

  /// A text; bytes that are not UTF-8 become U+FFFD. Returns whether that was needed.
  bool text(std::string_view bytes);

  /// A member with a text from outside. When bytes were lost, `<name>_b64` holds them all.
  void text_member(std::string_view name, std::string_view bytes);

 private:
  void open(char bracket);
  void close(char bracket);
  void separate();
  void new_line();
  void raw(std::string_view value) {
    separate();
    out_ += value;
  }

  std::string& out_;
  JsonStyle style_;
  unsigned depth_ = 0;
  bool first_ = true;  // nothing stands in the innermost bracket yet
  bool after_key_ = false;
};

/// RFC 4648, with padding.
std::string base64(std::string_view bytes);

}  // namespace render
