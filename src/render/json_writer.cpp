// SPDX-License-Identifier: MIT
#include "render/json_writer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "render/char_set.hpp"
#include "render/text.hpp"

namespace render {

namespace {

constexpr CharSet needs_no_escape = CharSet::printable_but("\"\\");

/// \uNNNN, as a surrogate pair beyond the BMP.
std::string u_escape(std::int32_t codepoint) {
  constexpr std::int32_t first_beyond_bmp = 0x10000;
  if (codepoint < first_beyond_bmp) return fmt::format("\\u{:04x}", static_cast<std::uint32_t>(codepoint));
  const auto offset = static_cast<std::uint32_t>(codepoint - first_beyond_bmp);
  return fmt::format("\\u{:04x}\\u{:04x}", 0xD800U + (offset >> 10U), 0xDC00U + (offset & 0x3FFU));
}

/// The content of a JSON string; returns whether bytes were replaced.
bool put_json_text(Gathered& out, std::string_view bytes) {
  bool replaced = false;
  while (!bytes.empty()) {
    const std::size_t plain = needs_no_escape.prefix_of(bytes);
    out.put(bytes.substr(0, plain));
    bytes.remove_prefix(plain);
    if (bytes.empty()) break;
    const Codepoint point = next_codepoint(bytes);
    if (point.value < 0) {
      out.put("\xEF\xBF\xBD");  // U+FFFD
      replaced = true;
    } else if (point.value == '"' || point.value == '\\') {
      out.put('\\');
      out.put(bytes.front());
    } else if (is_printable(point.value)) {
      out.put(bytes.substr(0, point.length));
    } else {
      out.put(u_escape(point.value));
    }
    bytes.remove_prefix(point.length);
  }
  return replaced;
}

}  // namespace

void JsonWriter::begin_element() {
  if (!first_) gathered_.put(',');
  if (depth_ > 0) new_line();
  first_ = false;
}

void JsonWriter::new_line() {
  if (style_ == JsonStyle::compact) return;
  gathered_.put('\n');
  for (unsigned i = 0; i < depth_; ++i) gathered_.put("  ");
}

void JsonWriter::open(char bracket) {
  separate();
  gathered_.put(bracket);
  ++depth_;
  first_ = true;
}

void JsonWriter::close(char bracket) {
  --depth_;
  if (!first_) new_line();
  gathered_.put(bracket);
  first_ = false;
  end_value();
}

void JsonWriter::key(std::string_view name) {
  begin_element();
  constexpr std::size_t signs = 4;
  char* end = gathered_.room(name.size() + signs);
  *end++ = '"';
  end = std::copy(name.begin(), name.end(), end);
  *end++ = '"';
  *end++ = ':';
  if (style_ != JsonStyle::compact) *end++ = ' ';
  gathered_.end(end);
  after_key_ = true;
}

void JsonWriter::number(std::uint64_t value) {
  separate();
  gathered_.end(put_decimal(gathered_.room(most_digits), value));
  end_value();
}

void JsonWriter::number(std::int64_t value) {
  if (value >= 0) return number(static_cast<std::uint64_t>(value));
  const fmt::format_int digits(value);
  raw({digits.data(), digits.size()});
}

void JsonWriter::plain(std::string_view text) {
  separate();
  gathered_.put('"');
  gathered_.put(text);
  gathered_.put('"');
  end_value();
}

bool JsonWriter::text(std::string_view bytes) {
  separate();
  gathered_.put('"');
  const bool replaced = put_json_text(gathered_, bytes);
  gathered_.put('"');
  end_value();
  return replaced;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  while (!bytes.empty()) {
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      group = (group << 8U) | (i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      out += i <= bytes.size() ? alphabet[(group >> (18U - 6U * i)) & 0x3FU] : '=';
    }
    bytes.remove_prefix(std::min<std::size_t>(3, bytes.size()));
  }
  return out;
}

}  // namespace render
