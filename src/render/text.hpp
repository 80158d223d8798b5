// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace render {

/// One step through text from outside.
struct Codepoint {
  std::int32_t value = -1;  ///< -1: the first byte is no valid UTF-8
  std::size_t length = 0;   ///< in bytes, at least 1
};
/// The first code point of `bytes`, which must not be empty.
Codepoint next_codepoint(std::string_view bytes);

/// Whether a code point may reach a terminal as it is: not a control (C0, DEL, C1), not invisible
/// or steering (bidi, zero width, tags), not unassigned or private.
bool is_printable(std::int32_t codepoint);

/// Appends `bytes` so that a person can read them and no terminal is steered by them: what may
/// not be shown stands as `\n`, `\t`, `\xNN`, `\uNNNN` or `\UNNNNNNNN`, a backslash as two. The
/// result is one line of valid UTF-8, and can be turned back into the bytes.
void append_visible(std::string& out, std::string_view bytes);
std::string visible(std::string_view bytes);

/// The same in double quotes, for text that could pass for something else.
void append_quoted(std::string& out, std::string_view bytes);

/// Whether append_visible would append `bytes` as they are, each of them one column wide.
bool is_plain(std::string_view bytes);

void append_decimal(std::string& out, std::uint64_t value);
/// Writes the digits, at most most_digits, and returns where they end.
char* put_decimal(char* to, std::uint64_t value);
inline constexpr std::size_t most_digits = 20;
/// How many digits `value` has.
std::size_t decimal_width(std::uint64_t value);

/// How many columns of a terminal the text takes. For text that append_visible made.
std::size_t display_width(std::string_view visible);

/// Appends `visible` as lines of at most `width` columns (0: one line), broken at blanks, each
/// indented, where there is room for that, and ended by a newline. A wide character takes two
/// columns even if there is only one.
void append_wrapped(std::string& out, std::string_view visible, std::size_t indent, std::size_t width);

/// The longest beginning of `visible` that takes at most `columns` columns.
std::string_view fitting_prefix(std::string_view visible, std::size_t columns);

/// The longest end of `visible` that takes at most `columns` columns.
std::string_view fitting_suffix(std::string_view visible, std::size_t columns);

}  // namespace render
