// SPDX-License-Identifier: MIT
#include "render/text.hpp"

#include <fmt/format.h>
#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <iterator>

#include "render/char_set.hpp"

namespace render {

namespace {

constexpr std::int32_t first_beyond_ascii = 0x80;
constexpr std::int32_t first_beyond_bmp = 0x10000;

constexpr CharSet plain = CharSet::printable_but("\\");

/// Eight bytes at a time: most of what is measured is.
bool is_ascii(std::string_view text) {
  constexpr std::uint64_t high_bits = 0x8080808080808080;
  std::uint64_t seen = 0;
  const auto look_at = [&](const char* eight) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, eight, sizeof bytes);
    seen |= bytes;
  };
  if (text.size() >= sizeof seen) {
    const char* const last = text.data() + text.size() - sizeof seen;
    for (const char* eight = text.data(); eight < last; eight += sizeof seen) look_at(eight);
    look_at(last);
  } else {
    for (const char c : text) seen |= static_cast<unsigned char>(c);
  }
  return (seen & high_bits) == 0;
}

bool is_combining(std::int32_t codepoint) {
  const auto category = utf8proc_category(codepoint);
  return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME;
}

void append_escaped(std::string& out, std::string_view bytes, std::int32_t codepoint) {
  auto to = std::back_inserter(out);
  if (codepoint == '\n') {
    out += "\\n";
  } else if (codepoint == '\t') {
    out += "\\t";
  } else if (codepoint == '\\') {
    out += "\\\\";
  } else if (codepoint < first_beyond_ascii) {  // or no code point at all
    fmt::format_to(to, "\\x{:02x}", static_cast<unsigned char>(bytes.front()));
  } else if (codepoint < first_beyond_bmp) {
    fmt::format_to(to, "\\u{:04x}", static_cast<std::uint32_t>(codepoint));
  } else {
    fmt::format_to(to, "\\U{:08x}", static_cast<std::uint32_t>(codepoint));
  }
}

}  // namespace

Codepoint next_codepoint(std::string_view bytes) {
  Codepoint point;
  const auto* data = reinterpret_cast<const utf8proc_uint8_t*>(bytes.data());
  const auto length = utf8proc_iterate(data, static_cast<utf8proc_ssize_t>(bytes.size()), &point.value);
  point.length = length > 0 ? static_cast<std::size_t>(length) : 1;
  return point;
}

bool is_printable(std::int32_t codepoint) {
  if (codepoint < 0) return false;
  constexpr std::array hidden{
      UTF8PROC_CATEGORY_CN,  // unassigned
      UTF8PROC_CATEGORY_CC,  // control: C0, DEL, C1
      UTF8PROC_CATEGORY_CF,  // format: bidi, zero width, tags
      UTF8PROC_CATEGORY_CS,  // surrogate
      UTF8PROC_CATEGORY_CO,  // private use
      UTF8PROC_CATEGORY_ZL,  // line separator
      UTF8PROC_CATEGORY_ZP,  // paragraph separator
  };
  // Some letters and marks are drawn as nothing too (Default_Ignorable_Code_Point).
  const auto* const property = utf8proc_get_property(codepoint);
  return property->ignorable == 0 && std::find(hidden.begin(), hidden.end(), property->category) == hidden.end();
}

bool is_plain(std::string_view bytes) { return plain.has_all_of(bytes); }

void append_visible(std::string& out, std::string_view bytes) {
  constexpr int most_marks = 2;  // more of them on one letter climb over the neighbouring rows
  int marks = most_marks;        // and none stands on what came before this text
  while (!bytes.empty()) {
    if (const std::size_t length = plain.prefix_of(bytes); length > 0) {
      out += bytes.substr(0, length);
      bytes.remove_prefix(length);
      marks = 0;
      continue;
    }
    const Codepoint point = next_codepoint(bytes);
    const bool combining = is_combining(point.value);
    const bool shown = is_printable(point.value) && point.value != '\\' && !(combining && marks >= most_marks);
    if (shown) {
      out += bytes.substr(0, point.length);
    } else {
      append_escaped(out, bytes, point.value);
    }
    marks = combining ? marks + 1 : 0;
    bytes.remove_prefix(point.length);
  }
}

void append_quoted(std::string& out, std::string_view bytes) {
  std::string visible;
  append_visible(visible, bytes);
  out += '"';
  for (const char c : visible) {
    if (c == '"') out += '\\';
    out += c;
  }
  out += '"';
}

char* put_decimal(char* to, std::uint64_t value) {
  char* const end = to + decimal_width(value);
  for (char* digit = end; digit != to; value /= 10) *--digit = static_cast<char>('0' + value % 10);
  return end;
}

void append_decimal(std::string& out, std::uint64_t value) {
  if (value < 10) {
    out += static_cast<char>('0' + value);
    return;
  }
  std::array<char, most_digits> digits{};
  const char* const end = put_decimal(digits.data(), value);
  out.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

std::size_t decimal_width(std::uint64_t value) {
  std::size_t digits = 1;
  for (; value >= 10000; value /= 10000) digits += 4;
  return digits + (value >= 10 ? 1U : 0U) + (value >= 100 ? 1U : 0U) + (value >= 1000 ? 1U : 0U);
}

std::size_t display_width(std::string_view visible) {
  if (is_ascii(visible)) return visible.size();
  std::size_t width = 0;
  while (!visible.empty()) {
    if (static_cast<unsigned char>(visible.front()) < first_beyond_ascii) {
      ++width;
      visible.remove_prefix(1);
      continue;
    }
    const Codepoint point = next_codepoint(visible);
    width += static_cast<std::size_t>(std::max(0, utf8proc_charwidth(point.value)));
    visible.remove_prefix(point.length);
  }
  return width;
}

std::string_view fitting_prefix(std::string_view visible, std::size_t columns) {
  std::size_t used = 0;
  std::size_t end = 0;
  while (end < visible.size()) {
    const Codepoint point = next_codepoint(visible.substr(end));
    used += static_cast<std::size_t>(std::max(0, utf8proc_charwidth(point.value)));
    if (used > columns) break;
    end += point.length;
  }
  return visible.substr(0, end);
}

std::string_view fitting_suffix(std::string_view visible, std::size_t columns) {
  while (display_width(visible) > columns) visible.remove_prefix(next_codepoint(visible).length);
  return visible;
}

void append_wrapped(std::string& out, std::string_view visible, std::size_t indent, std::size_t width) {
  constexpr std::size_t widest_character = 2;
  if (width != 0) indent = std::min(indent, width - std::min(width, widest_character));
  const std::size_t room = width != 0 ? width - indent : SIZE_MAX;
  while (!visible.empty()) {
    std::string_view line = fitting_prefix(visible, room);
    if (line.empty()) line = visible.substr(0, next_codepoint(visible).length);
    if (line.size() < visible.size() && visible[line.size()] != ' ') {
      // A word that is wider than the line is broken where the line ends.
      const std::size_t blank = line.rfind(' ');
      if (blank != std::string_view::npos && blank > 0) line = line.substr(0, blank);
    }
    out.append(indent, ' ').append(line) += '\n';
    visible.remove_prefix(line.size());
    if (visible.starts_with(' ')) visible.remove_prefix(1);
  }
}

std::string visible(std::string_view bytes) {
  std::string out;
  append_visible(out, bytes);
  return out;
}

}  // namespace render
