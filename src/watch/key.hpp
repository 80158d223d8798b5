// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

namespace watch {

/// A key: the code point it types, or one of these, which are none.
enum class Key : std::int32_t {
  none = -1,
  enter = '\n',
  escape = 0x1b,
  up = 0x110000,
  down,
  left,
  right,
  page_up,
  page_down,
  home,
  end,
  backspace,
  click,
  wheel_up,
  wheel_down
};

constexpr Key typed(char letter) { return static_cast<Key>(letter); }
/// The key with Control held down.
constexpr Key control(char letter) { return static_cast<Key>(letter & 0x1f); }

/// What came from the terminal. The place is that of a mouse, in lines and columns from the upper left.
struct Input {
  Key key = Key::none;
  std::size_t line = 0;
  std::size_t column = 0;
};

}  // namespace watch
