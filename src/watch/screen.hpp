// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "watch/page.hpp"

namespace watch {

/// Colours may be used.
enum class Colors : std::uint8_t { none, usual };

/// The terminal, taken over while this lives: the only one that calls ncurses. It is given back by the destructor, by
/// leave(), and, should the program crash, by the handler of the signal that ends it.
class Screen {
 public:
  /// Throws std::runtime_error when the terminal cannot be steered.
  explicit Screen(Colors colors);
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;
  ~Screen();

  [[nodiscard]] static Size size();
  [[nodiscard]] Charset charset() const { return charset_; }

  /// The next key or click; nothing when none is waiting.
  static std::optional<Input> read();
  void draw(const Page& page) const;

  /// Gives the terminal back for a while, and takes it again, with everything drawn anew.
  static void leave();
  static void come_back();
  /// After the terminal has got another size.
  static void resize();

 private:
  [[nodiscard]] unsigned long attributes_of(Paint paint) const;
  void draw_line(std::size_t at, const Line& line, std::size_t columns) const;

  Charset charset_;
  bool colored_ = false;
};

}  // namespace watch
