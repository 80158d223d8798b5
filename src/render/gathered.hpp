// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <string>
#include <string_view>

namespace render {

/// Gathers small pieces of text before they are appended to a string: to append each by itself takes longer than to
/// copy it.
class Gathered {
 public:
  explicit Gathered(std::string& out) : out_(out) {}

  void put(char sign) {
    char* const place = room(1);
    *place = sign;
    end(place + 1);
  }

  void put(std::string_view text) {
    if (text.size() > pieces_.size()) {
      hand_over();
      out_.append(text);
      return;
    }
    char* const place = room(text.size());
    end(place + text.copy(place, text.size()));
  }

  /// Where up to `size` signs can be written, at most `longest`; end() says where they end.
  char* room(std::size_t size) {
    assert(size <= longest);
    if (size > pieces_.size() - size_) hand_over();
    return pieces_.data() + size_;
  }
  void end(const char* end) { size_ = static_cast<std::size_t>(end - pieces_.data()); }
  static constexpr std::size_t longest = 512;

  /// Appends what was gathered. Until then it does not stand in the string.
  void hand_over() {
    out_.append(pieces_.data(), size_);
    size_ = 0;
  }

 private:
  std::string& out_;
  std::array<char, longest> pieces_{};
  std::size_t size_ = 0;
};

}  // namespace render
