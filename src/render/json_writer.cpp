// SPDX-License-Identifier: MIT
#include "render/json_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "render/char_set.hpp"
#include "render/text.hpp"

namespace render {

namespace {

constexpr std::size_t one_piece = 64;  // goes out in one piece
constexpr CharSet needs_no_escape = CharSet::printable_but("\"\\");

/// \uNNNN, as a surrogate pair beyond the BMP.
void append_u_escape(std::string& out, std::int32_t codepoint) {
  constexpr std::int32_t first_beyond_bmp = 0x10000;
  auto to = std::back_inserter(out);
  if (codepoint < first_beyond_bmp) {
    fmt::format_to(to, "\\u{:04x}", static_cast<std::uint32_t>(codepoint));
    return;
  }
  const auto offset = static_cast<std::uint32_t>(codepoint - first_beyond_bmp);
  fmt::format_to(to, "\\u{:04x}\\u{:04x}", 0xD800U + (offset >> 10U), 0xDC00U + (offset & 0x3FFU));
}

/// The content of a JSON string; returns whether bytes were replaced.
bool append_json_text(std::string& out, std::string_view bytes) {
  bool replaced = false;
  while (!bytes.empty()) {
    const std::size_t plain = needs_no_escape.prefix_of(bytes);
    out += bytes.substr(0, plain);
    bytes.remove_prefix(plain);
    if (bytes.empty()) break;
    const Codepoint point = next_codepoint(bytes);
    if (point.value < 0) {
      out += "\xEF\xBF\xBD";  // U+FFFD
      replaced = true;
    } else if (point.value == '"' || point.value == '\\') {
      out += '\\';
      out += bytes.front();
    } else if (is_printable(point.value)) {
      out += bytes.substr(0, point.length);
    } else {
      append_u_escape(out, point.value);
    }
    bytes.remove_prefix(point.length);
  }
  return replaced;
}

}  // namespace

void JsonWriter::separate() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (!first_) out_ += ',';
  if (depth_ > 0) new_line();
  first_ = false;
}

void JsonWriter::new_line() {
  if (style_ == JsonStyle::compact) return;
  out_ += '\n';
  out_.append(std::size_t{2} * depth_, ' ');
}

void JsonWriter::open(char bracket) {
  separate();
  out_ += bracket;
  ++depth_;
  first_ = true;
}

void JsonWriter::close(char bracket) {
  --depth_;
  if (!first_) new_line();
  out_ += bracket;
  first_ = false;
}

void JsonWriter::key(std::string_view name) {
  // There are thirty keys in a socket.
  std::array<char, one_piece> piece;  // NOLINT(cppcoreguidelines-pro-type-member-init): written before it is read
  constexpr std::size_t signs = 4;
  if (style_ == JsonStyle::compact && !after_key_ && name.size() + signs <= piece.size()) {
    char* end = piece.data();
    if (!first_) *end++ = ',';
    *end++ = '"';
    end = std::copy(name.begin(), name.end(), end);
    *end++ = '"';
    *end++ = ':';
    out_.append(piece.data(), static_cast<std::size_t>(end - piece.data()));
    first_ = false;
    after_key_ = true;
    return;
  }
  separate();
  out_ += '"';
  out_ += name;
  out_ += style_ == JsonStyle::compact ? "\":" : "\": ";
  after_key_ = true;
}

void JsonWriter::number(std::uint64_t value) {
  const fmt::format_int digits(value);
  raw({digits.data(), digits.size()});
}

void JsonWriter::number(std::int64_t value) {
  const fmt::format_int digits(value);
  raw({digits.data(), digits.size()});
}

void JsonWriter::plain(std::string_view text) {
  separate();
  std::array<char, one_piece> piece;  // NOLINT(cppcoreguidelines-pro-type-member-init): written before it is read
  constexpr std::size_t signs = 2;
  if (text.size() + signs <= piece.size()) {
    piece[0] = '"';
    char* const end = std::copy(text.begin(), text.end(), piece.data() + 1);
    *end = '"';
    out_.append(piece.data(), text.size() + signs);
    return;
  }
  out_ += '"';
  out_ += text;
  out_ += '"';
}

bool JsonWriter::text(std::string_view bytes) {
  separate();
  out_ += '"';
  const bool replaced = append_json_text(out_, bytes);
  out_ += '"';
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
