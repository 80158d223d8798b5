// SPDX-License-Identifier: MIT
#pragma once

#define NCURSES_NOMACROS 1  // functions, which can be found by their names
#include <curses.h>

namespace watch {

/// What Screen uses of ncursesw (curses(3NCURSES)), under its names there. The library is loaded when somebody watches
/// and not before: with it and libtinfo every other command would take half a millisecond longer to start.
struct Curses {
  /// Throws std::runtime_error where the library is not installed.
  Curses();

  decltype(::addnstr)* addnstr = nullptr;
  decltype(::attrset)* attrset = nullptr;
  decltype(::cbreak)* cbreak = nullptr;
  decltype(::clearok)* clearok = nullptr;
  decltype(::clrtoeol)* clrtoeol = nullptr;
  decltype(::COLOR_PAIR)* color_pair = nullptr;
  decltype(::curs_set)* curs_set = nullptr;
  decltype(::endwin)* endwin = nullptr;
  decltype(::erase)* erase = nullptr;
  decltype(::get_wch)* get_wch = nullptr;
  decltype(::getmaxx)* getmaxx = nullptr;
  decltype(::getmaxy)* getmaxy = nullptr;
  decltype(::getmouse)* getmouse = nullptr;
  decltype(::has_colors)* has_colors = nullptr;
  decltype(::hline)* hline = nullptr;
  decltype(::init_pair)* init_pair = nullptr;
  decltype(::keypad)* keypad = nullptr;
  decltype(::mouseinterval)* mouseinterval = nullptr;
  decltype(::mousemask)* mousemask = nullptr;
  decltype(::move)* move = nullptr;
  decltype(::newterm)* newterm = nullptr;
  decltype(::nodelay)* nodelay = nullptr;
  decltype(::noecho)* noecho = nullptr;
  decltype(::nonl)* nonl = nullptr;
  decltype(::refresh)* refresh = nullptr;
  decltype(::reset_prog_mode)* reset_prog_mode = nullptr;
  decltype(::resizeterm)* resizeterm = nullptr;
  decltype(::set_escdelay)* set_escdelay = nullptr;
  decltype(::start_color)* start_color = nullptr;
  decltype(::tigetstr)* tigetstr = nullptr;
  decltype(::use_default_colors)* use_default_colors = nullptr;
  /// The whole terminal, once newterm has it.
  decltype(::stdscr)* stdscr = nullptr;
};

/// Loaded by the first call.
const Curses& curses();

}  // namespace watch
