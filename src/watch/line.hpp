// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "watch/fields.hpp"

namespace watch {

/// How a piece of the screen looks.
enum class Paint : std::uint8_t {
  plain,
  status,
  heading,
  group,
  opened,
  changed,
  closed,
  faint,
  warning,
  alarm,
  fault,
  hint
};

/// A piece of a line; its text is harmless.
struct Piece {
  std::string text;
  Paint paint = Paint::plain;

  bool operator==(const Piece&) const = default;
};
struct Line {
  std::vector<Piece> pieces;
  bool selected = false;

  bool operator==(const Line&) const = default;
};

/// `text`, which is harmless, in exactly so many columns, or cut with an ellipsis.
std::string padded(const std::string& text, std::size_t width, bool right_aligned, Charset charset,
                   render::Cut cut = render::Cut::end);

/// What a terminal without UTF-8 can show of it.
std::string in_ascii(std::string_view text);

}  // namespace watch
