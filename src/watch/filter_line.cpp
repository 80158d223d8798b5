// SPDX-License-Identifier: MIT
#include "watch/filter_line.hpp"

namespace watch {

namespace {

void append_utf8(std::string& out, std::int32_t codepoint) {
  const auto byte = [&](std::int32_t value) { out += static_cast<char>(static_cast<unsigned char>(value)); };
  constexpr std::int32_t one_byte = 0x80;
  constexpr std::int32_t two_bytes = 0x800;
  constexpr std::int32_t three_bytes = 0x10000;
  if (codepoint < one_byte) return byte(codepoint);
  if (codepoint < two_bytes) {
    byte(0xc0 | codepoint >> 6);
  } else {
    if (codepoint < three_bytes) {
      byte(0xe0 | codepoint >> 12);
    } else {
      byte(0xf0 | codepoint >> 18);
      byte(0x80 | (codepoint >> 12 & 0x3f));
    }
    byte(0x80 | (codepoint >> 6 & 0x3f));
  }
  byte(0x80 | (codepoint & 0x3f));
}

void remove_last(std::string& text) {
  constexpr unsigned char kind_of_byte = 0xc0;
  constexpr unsigned char goes_on = 0x80;
  while (!text.empty() && (static_cast<unsigned char>(text.back()) & kind_of_byte) == goes_on) text.pop_back();
  if (!text.empty()) text.pop_back();
}

void remove_word(std::string& text) {
  while (!text.empty() && text.back() == ' ') text.pop_back();
  while (!text.empty() && text.back() != ' ') text.pop_back();
}

Pressed leave(State state, const std::string& filter) {
  const bool is_other = state.wishes.filter != filter;
  state.mode = state.details ? Mode::details : Mode::list;
  state.wishes.filter = filter;
  state.fault = std::nullopt;
  Pressed pressed{std::move(state)};
  if (is_other) pressed.effects.insert(Effect::ask);
  return pressed;
}

Pressed try_out(State state, const Ask& ask) {
  Wishes wishes = state.wishes;
  wishes.filter = state.edited;
  const auto asked = ask(wishes);
  if (const auto* fault = std::get_if<Fault>(&asked)) {
    state.fault = *fault;
    return {std::move(state)};
  }
  state.fault = std::nullopt;
  const bool is_other = state.wishes.filter != wishes.filter;
  state.wishes = std::move(wishes);
  Pressed pressed{std::move(state)};
  if (is_other) pressed.effects.insert(Effect::ask);
  return pressed;
}

}  // namespace

Pressed edit_filter(State state, const Input& input, const Ask& ask) {
  constexpr std::int32_t del = 0x7f;
  const Key key = input.key;
  if (key == Key::escape || key == control('c')) {
    const std::string before = state.filter_before;
    return leave(std::move(state), before);
  }
  if (key == Key::enter) {
    if (state.fault) return {std::move(state)};  // it must be mended, or given up
    const std::string filter = state.wishes.filter;
    return leave(std::move(state), filter);
  }
  const auto code = static_cast<std::int32_t>(key);
  if (key == Key::backspace || code == del || key == control('h')) {
    remove_last(state.edited);
  } else if (key == control('u')) {
    state.edited.clear();
  } else if (key == control('w')) {
    remove_word(state.edited);
  } else if (code >= ' ' && key < Key::up) {
    append_utf8(state.edited, code);
  } else {
    return {std::move(state)};
  }
  return try_out(std::move(state), ask);
}

}  // namespace watch
