// SPDX-License-Identifier: MIT
#include "watch/screen.hpp"

#include <langinfo.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <clocale>
#include <cstdint>
#include <cstdio>
#include <stdexcept>

#include "render/text.hpp"
#include "watch/curses.hpp"
#include "watch/rescue.hpp"

namespace watch {

namespace {

/// Pairs of colours, by number.
enum Pair : short { green = 1, yellow, red, cyan };

void make_pairs() {
  curses().start_color();
  curses().use_default_colors();
  constexpr short usual = -1;  // the background that the terminal has
  curses().init_pair(green, COLOR_GREEN, usual);
  curses().init_pair(yellow, COLOR_YELLOW, usual);
  curses().init_pair(red, COLOR_RED, usual);
  curses().init_pair(cyan, COLOR_CYAN, usual);
}

void prepare() {
  curses().cbreak();
  curses().noecho();
  curses().nonl();
  curses().keypad(*curses().stdscr, true);
  curses().nodelay(*curses().stdscr, true);
  curses().curs_set(0);
  curses().mouseinterval(0);
  curses().mousemask(BUTTON1_PRESSED | BUTTON1_CLICKED | BUTTON4_PRESSED | BUTTON5_PRESSED, nullptr);
  constexpr int short_wait = 25;  // milliseconds in which an escape may become a key
  curses().set_escdelay(short_wait);
}

/// What terminfo(5) has under that name; empty where it has nothing.
std::string capability(const char* name) {
  const char* const text = curses().tigetstr(name);
  constexpr std::intptr_t no_text = -1;  // it is a capability of another kind
  return text != nullptr && reinterpret_cast<std::intptr_t>(text) != no_text ? text : "";
}

/// No more mouse, plain letters, the cursor, the keypad as it was, and the screen there was before.
std::string farewell() {
  return "\x1b[?1000l\x1b[?1006l" + capability("sgr0") + capability("cnorm") + capability("rmkx") + capability("rmcup");
}

std::optional<Key> key_of(int code) {
  switch (code) {
    case KEY_UP:
      return Key::up;
    case KEY_DOWN:
      return Key::down;
    case KEY_LEFT:
      return Key::left;
    case KEY_RIGHT:
      return Key::right;
    case KEY_PPAGE:
      return Key::page_up;
    case KEY_NPAGE:
      return Key::page_down;
    case KEY_HOME:
      return Key::home;
    case KEY_END:
      return Key::end;
    case KEY_ENTER:
      return Key::enter;
    case KEY_BACKSPACE:
      return Key::backspace;
    default:
      return std::nullopt;
  }
}

Input mouse() {
  MEVENT event{};
  if (curses().getmouse(&event) != OK || event.x < 0 || event.y < 0) return {};
  Input input{Key::none, static_cast<std::size_t>(event.y), static_cast<std::size_t>(event.x)};
  if ((event.bstate & (BUTTON1_PRESSED | BUTTON1_CLICKED)) != 0U) input.key = Key::click;
  if ((event.bstate & BUTTON4_PRESSED) != 0U) input.key = Key::wheel_up;
  if ((event.bstate & BUTTON5_PRESSED) != 0U) input.key = Key::wheel_down;
  return input;
}

/// That of the environment, which ncurses goes by, too.
Charset charset_of_locale() {
  std::setlocale(LC_CTYPE, "");  // NOLINT(concurrency-mt-unsafe): nobody else reads it meanwhile
  return std::string_view(::nl_langinfo(CODESET)) == "UTF-8" ? Charset::utf8 : Charset::ascii;
}

}  // namespace

Screen::Screen(Colors colors) : charset_(charset_of_locale()) {
  remember_terminal();
  if (curses().newterm(nullptr, stdout, stdin) == nullptr) {
    throw std::runtime_error("this terminal cannot be steered; TERM=dumb prints changes line by line");
  }
  prepare();
  colored_ = colors == Colors::usual && curses().has_colors();
  if (colored_) make_pairs();
  give_back_in_a_crash(farewell());
}

Screen::~Screen() {
  curses().endwin();
  forget_terminal();
}

Size Screen::size() {
  WINDOW* const terminal = *curses().stdscr;
  return {static_cast<std::size_t>(std::max(curses().getmaxy(terminal), 1)),
          static_cast<std::size_t>(std::max(curses().getmaxx(terminal), 1))};
}

std::optional<Input> Screen::read() {
  wint_t code = 0;
  const int kind = curses().get_wch(&code);
  if (kind == ERR) return std::nullopt;
  if (kind == KEY_CODE_YES) {
    if (code == KEY_MOUSE) return mouse();
    return Input{key_of(static_cast<int>(code)).value_or(Key::none)};
  }
  return Input{code == '\r' ? Key::enter : static_cast<Key>(code)};
}

unsigned long Screen::attributes_of(Paint paint) const {
  const auto colored = [&](Pair pair, attr_t otherwise) {
    return colored_ ? static_cast<attr_t>(curses().color_pair(pair)) : otherwise;
  };
  switch (paint) {
    case Paint::plain:
      return A_NORMAL;
    case Paint::status:
    case Paint::group:
      return A_BOLD;
    case Paint::heading:
      return A_REVERSE;
    case Paint::opened:
      return colored(green, A_BOLD);
    case Paint::changed:
    case Paint::warning:
      return colored(yellow, A_BOLD);
    case Paint::closed:
      return colored(red, A_DIM);
    case Paint::faint:
      return A_DIM;
    case Paint::alarm:
      return colored(red, A_BOLD) | A_BOLD;
    case Paint::fault:
      return colored(red, A_STANDOUT);
    case Paint::hint:
      return colored(cyan, A_DIM);
  }
  return A_NORMAL;
}

void Screen::draw_line(std::size_t at, const Line& line, std::size_t columns) const {
  curses().move(static_cast<int>(at), 0);
  curses().clrtoeol();
  std::size_t used = 0;
  for (const Piece& piece : line.pieces) {
    const std::string_view fitting = render::fitting_prefix(piece.text, columns - std::min(columns, used));
    used += render::display_width(fitting);
    const std::string text = charset_ == Charset::utf8 ? std::string(fitting) : in_ascii(fitting);
    curses().attrset(static_cast<int>(attributes_of(piece.paint) | (line.selected ? A_REVERSE : A_NORMAL)));
    curses().addnstr(text.data(), static_cast<int>(text.size()));
  }
  if (line.selected && used < columns) curses().hline(' ' | A_REVERSE, static_cast<int>(columns - used));
  curses().attrset(A_NORMAL);
}

void Screen::draw(const Page& page) const {
  const Size size = Screen::size();
  curses().erase();
  for (std::size_t at = 0; at < page.lines.size() && at < size.lines; ++at) draw_line(at, page.lines[at], size.columns);
  curses().curs_set(page.cursor ? 1 : 0);
  if (page.cursor) {
    const std::size_t column = std::min(*page.cursor, size.columns - 1);
    curses().move(static_cast<int>(size.lines) - 1, static_cast<int>(column));
  }
  curses().refresh();
}

void Screen::leave() { curses().endwin(); }

void Screen::come_back() {
  curses().reset_prog_mode();
  resize();
  curses().clearok(*curses().stdscr, true);
}

void Screen::resize() {
  winsize window{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_row > 0 && window.ws_col > 0) {
    curses().resizeterm(window.ws_row, window.ws_col);
  }
  curses().clearok(*curses().stdscr, true);
}

}  // namespace watch
