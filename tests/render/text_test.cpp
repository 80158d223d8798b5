// SPDX-License-Identifier: MIT
#include "render/text.hpp"

#include <gtest/gtest.h>

#include <array>
#include <charconv>
#include <random>

namespace {

std::string visible(std::string_view bytes) {
  std::string out;
  render::append_visible(out, bytes);
  return out;
}

void append_utf8(std::string& out, std::uint32_t codepoint) {
  const auto byte = [&](std::uint32_t value) { out += static_cast<char>(static_cast<unsigned char>(value)); };
  if (codepoint < 0x80) {
    byte(codepoint);
  } else if (codepoint < 0x800) {
    byte(0xC0 | (codepoint >> 6));
    byte(0x80 | (codepoint & 0x3F));
  } else if (codepoint < 0x10000) {
    byte(0xE0 | (codepoint >> 12));
    byte(0x80 | ((codepoint >> 6) & 0x3F));
    byte(0x80 | (codepoint & 0x3F));
  } else {
    byte(0xF0 | (codepoint >> 18));
    byte(0x80 | ((codepoint >> 12) & 0x3F));
    byte(0x80 | ((codepoint >> 6) & 0x3F));
    byte(0x80 | (codepoint & 0x3F));
  }
}

std::string utf8(std::uint32_t codepoint) {
  std::string out;
  append_utf8(out, codepoint);
  return out;
}

/// Turns visible text back into the bytes, by the rules that text.hpp tells.
std::string unescaped(std::string_view text) {
  std::string out;
  const auto hex = [&](std::size_t digits) {
    std::uint32_t value = 0;
    std::from_chars(text.data(), text.data() + digits, value, 16);
    text.remove_prefix(digits);
    return value;
  };
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c != '\\') {
      out += c;
      continue;
    }
    const char kind = text.front();
    text.remove_prefix(1);
    if (kind == 'n') out += '\n';
    if (kind == 't') out += '\t';
    if (kind == '\\') out += '\\';
    if (kind == 'x') out += static_cast<char>(static_cast<unsigned char>(hex(2)));
    if (kind == 'u') append_utf8(out, hex(4));
    if (kind == 'U') append_utf8(out, hex(8));
  }
  return out;
}

/// Valid UTF-8 of which every code point may reach a terminal.
bool is_harmless(std::string_view text) {
  while (!text.empty()) {
    const auto point = render::next_codepoint(text);
    if (point.value < 0 || !render::is_printable(point.value)) return false;
    text.remove_prefix(point.length);
  }
  return true;
}

TEST(Text, OrdinaryTextStaysAsItIs) {
  for (const char* text :
       {"", "nginx", "a b", "/run/x.sock", "caf\xc3\xa9", "\xe6\x97\xa5\xe6\x9c\xac", "\xf0\x9f\x90\xb3"}) {
    EXPECT_EQ(visible(text), text);
  }
}

TEST(Text, WhatSteersATerminalIsEscaped) {
  EXPECT_EQ(visible("\x1b[31m"), "\\x1b[31m");
  EXPECT_EQ(visible("a\nb\tc\rd"), "a\\nb\\tc\\x0dd");
  EXPECT_EQ(visible(std::string_view("a\0b", 3)), "a\\x00b");
  EXPECT_EQ(visible("\x7f"), "\\x7f");
  EXPECT_EQ(visible("\xc2\x9b"), "\\u009b") << "CSI in one code point";
  EXPECT_EQ(visible("\x9b"), "\\x9b") << "CSI in Latin-1";
  EXPECT_EQ(visible("\xe2\x80\xae"), "\\u202e") << "right-to-left override";
  EXPECT_EQ(visible("\xe2\x80\x8b"), "\\u200b") << "zero width";
  EXPECT_EQ(visible("\xe2\x80\xa8"), "\\u2028") << "line separator";
  EXPECT_EQ(visible("\xef\xbb\xbf"), "\\ufeff") << "byte order mark";
  EXPECT_EQ(visible(utf8(0xE0041)), "\\U000e0041") << "a tag";
  EXPECT_EQ(visible(utf8(0xE000)), "\\ue000") << "private use";
}

TEST(Text, BackslashesAreDoubled) { EXPECT_EQ(visible("\\x1b"), "\\\\x1b"); }

TEST(Text, InvalidUtf8IsEscapedByteByByte) {
  EXPECT_EQ(visible("\xff\xfe"), "\\xff\\xfe");
  EXPECT_EQ(visible("\xc3"), "\\xc3") << "cut off";
  EXPECT_EQ(visible("\xc0\xaf"), "\\xc0\\xaf") << "overlong";
  EXPECT_EQ(visible("\xed\xa0\x80"), "\\xed\\xa0\\x80") << "surrogate";
  EXPECT_EQ(visible("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80") << "beyond Unicode";
}

// Derived property Default_Ignorable_Code_Point: drawn as nothing, so two names would look alike.
TEST(Text, NothingInvisibleIsShown) {
  for (const std::uint32_t codepoint : {0x00ADU, 0x034FU, 0x061CU, 0x115FU, 0x1160U, 0x17B4U, 0x180BU, 0x200BU, 0x2060U,
                                        0x3164U, 0xFE00U, 0xFE0FU, 0xFFA0U, 0xE0100U}) {
    EXPECT_EQ(visible("a" + utf8(codepoint)).find('\\'), 1U) << std::hex << codepoint;
  }
}

TEST(Text, MarksStandOnALetterAndDoNotPileUp) {
  const std::string acute = utf8(0x301);
  EXPECT_EQ(visible("e" + acute), "e" + acute);
  EXPECT_EQ(visible(acute), "\\u0301") << "would stand on what came before";
  EXPECT_EQ(visible("e" + acute + acute + acute), "e" + acute + acute + "\\u0301");
}

TEST(Text, EveryCodePointIsShownHarmlesslyAndReversibly) {
  constexpr std::uint32_t together = 64;
  for (std::uint32_t first = 0; first <= 0x10FFFF; first += together) {
    if (first >= 0xD800 && first <= 0xDFFF) continue;
    std::string text;
    for (std::uint32_t codepoint = first; codepoint < first + together; ++codepoint) text += "a" + utf8(codepoint);
    const std::string shown = visible(text);
    ASSERT_TRUE(is_harmless(shown)) << std::hex << first;
    ASSERT_EQ(unescaped(shown), text) << std::hex << first;
  }
}

TEST(Text, AnyBytesAreShownHarmlesslyAndReversibly) {
  std::mt19937 random(20260102);  // NOLINT: the same bytes in every run
  for (int round = 0; round < 20000; ++round) {
    std::string bytes(random() % 24, '\0');
    for (char& byte : bytes) byte = static_cast<char>(static_cast<unsigned char>(random() % 256));
    const std::string shown = visible(bytes);
    ASSERT_TRUE(is_harmless(shown));
    ASSERT_EQ(unescaped(shown), bytes);
    ASSERT_EQ(shown.find('\n'), std::string::npos);
  }
}

TEST(Width, CountsColumnsNotBytes) {
  EXPECT_EQ(render::display_width("abc"), 3U);
  EXPECT_EQ(render::display_width("caf\xc3\xa9"), 4U);
  EXPECT_EQ(render::display_width("\xe6\x97\xa5\xe6\x9c\xac"), 4U) << "two wide characters";
  EXPECT_EQ(render::display_width("e" + utf8(0x301)), 1U);
  EXPECT_EQ(render::display_width(""), 0U);
}

TEST(Width, AFittingPrefixIsTheLongestOne) {
  const std::string text = "a\xe6\x97\xa5" + std::string("e") + utf8(0x301) + "z";  // 1 + 2 + 1 + 1 columns
  for (std::size_t columns = 0; columns <= 6; ++columns) {
    const auto prefix = render::fitting_prefix(text, columns);
    EXPECT_LE(render::display_width(prefix), columns);
    EXPECT_TRUE(std::string_view(text).starts_with(prefix));
  }
  EXPECT_EQ(render::fitting_prefix(text, 2), "a") << "half a wide character does not fit";
  EXPECT_EQ(render::fitting_prefix(text, 4), "a\xe6\x97\xa5" + std::string("e") + utf8(0x301)) << "a mark goes along";
  EXPECT_EQ(render::fitting_prefix(text, 99), text);
}

std::vector<std::string> wrapped(std::string_view text, std::size_t indent, std::size_t width) {
  std::string out;
  render::append_wrapped(out, text, indent, width);
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < out.size();) {
    const std::size_t end = out.find('\n', begin);
    lines.push_back(out.substr(begin, end - begin));
    begin = end == std::string::npos ? out.size() : end + 1;
  }
  return lines;
}

using Lines = std::vector<std::string>;

TEST(Wrap, LinesAreBrokenAtBlanks) {
  EXPECT_EQ(wrapped("aa bb cc dd", 2, 7), (Lines{"  aa bb", "  cc dd"}));
  EXPECT_EQ(wrapped("aa bb cc dd", 2, 8), (Lines{"  aa bb", "  cc dd"})) << "no half of a word";
  EXPECT_EQ(wrapped("aa bb cc dd", 2, 13), Lines{"  aa bb cc dd"});
}

TEST(Wrap, WithoutAWidthThereIsOneLine) {
  const std::string text(500, 'x');
  EXPECT_EQ(wrapped(text + " y", 6, 0), Lines{std::string(6, ' ') + text + " y"});
  EXPECT_EQ(wrapped("", 6, 80), Lines{});
}

TEST(Wrap, AWordWiderThanTheLineIsBrokenWhereTheLineEnds) {
  EXPECT_EQ(wrapped("abcdefg", 1, 4), (Lines{" abc", " def", " g"}));
  EXPECT_EQ(wrapped("a bcdefg", 1, 4), (Lines{" a", " bcd", " efg"}));
}

TEST(Wrap, WideCharactersTakeTwoColumns) {
  const std::string wide = "\xe6\x97\xa5";
  EXPECT_EQ(wrapped(wide + wide + wide, 0, 5), (Lines{wide + wide, wide}));
  EXPECT_EQ(wrapped("a" + wide + " " + wide, 0, 3), (Lines{"a" + wide, wide}));
  EXPECT_EQ(wrapped(wide + wide, 0, 1), (Lines{wide, wide})) << "narrower than one of them";
}

TEST(Wrap, AMarkGoesAlongWithItsLetter) {
  const std::string marked = "e" + utf8(0x301);
  EXPECT_EQ(wrapped(marked + marked, 0, 1), (Lines{marked, marked}));
}

TEST(Wrap, AnIndentGivesWayToTheText) {
  EXPECT_EQ(wrapped("abc", 6, 8), (Lines{"      ab", "      c"}));
  EXPECT_EQ(wrapped("abc", 6, 6), (Lines{"    ab", "    c"}));
  EXPECT_EQ(wrapped("abc", 6, 2), (Lines{"ab", "c"}));
  EXPECT_EQ(wrapped("abc", 6, 1), (Lines{"a", "b", "c"}));
}

TEST(Wrap, NothingIsLostAndNoLineIsTooWideAtAnyWidth) {
  std::mt19937 random(20260102);  // NOLINT: the same texts in every run
  const std::array<std::string, 6> pieces{"a", "bb", " ", "  ", "\xe6\x97\xa5", "e" + utf8(0x301)};
  for (std::size_t round = 0; round < 2000; ++round) {
    std::string text;
    for (auto count = random() % 20; count > 0; --count) text += pieces.at(random() % pieces.size());
    for (std::size_t width = 0; width <= 10; ++width) {
      std::string together;
      for (const auto& line : wrapped(text, round % 8, width)) {
        const std::size_t most = width == 0 ? SIZE_MAX : std::max<std::size_t>(width, 2);
        ASSERT_LE(render::display_width(line), most) << "'" << text << "' in " << width;
        together += line;
      }
      std::string letters = text;
      std::erase(letters, ' ');
      std::erase(together, ' ');
      ASSERT_EQ(together, letters) << "in " << width;
    }
  }
}

}  // namespace
