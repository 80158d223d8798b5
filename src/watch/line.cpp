// SPDX-License-Identifier: MIT
#include "watch/line.hpp"

#include "render/text.hpp"

namespace watch {

namespace {

std::string_view ellipsis(Charset charset) { return charset == Charset::utf8 ? "…" : "~"; }

}  // namespace

std::string padded(const std::string& text, std::size_t width, bool right_aligned, Charset charset, render::Cut cut) {
  const std::size_t taken = render::display_width(text);
  if (taken <= width) {
    const std::string blanks(width - taken, ' ');
    return right_aligned ? blanks + text : text + blanks;
  }
  if (width == 0) return {};
  const std::size_t behind = cut == render::Cut::middle ? width / 2 : 0;
  std::string shortened(render::fitting_prefix(text, width - 1 - behind));
  shortened.append(ellipsis(charset)).append(render::fitting_suffix(text, behind));
  const std::size_t now = render::display_width(shortened);
  return shortened.append(width > now ? width - now : 0, ' ');
}

std::string in_ascii(std::string_view text) {
  std::string ascii;
  while (!text.empty()) {
    const auto point = render::next_codepoint(text);
    constexpr std::int32_t last_of_ascii = 0x7e;
    ascii += point.value >= ' ' && point.value <= last_of_ascii ? static_cast<char>(point.value) : '?';
    text.remove_prefix(point.length);
  }
  return ascii;
}

}  // namespace watch
