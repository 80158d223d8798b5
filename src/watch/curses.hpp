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

  decltype(::addnstr)* addnstr;
  decltype(::attrset)* attrset;
  decltype(::cbreak)* cbreak;
  decltype(::clearok)* clearok;
  decltype(::clrtoeol)* clrtoeol;
  decltype(::COLOR_PAIR)* color_pair;
  decltype(::curs_set)* curs_set;
  decltype(::endwin)* endwin;
  decltype(::erase)* erase;
  decltype(::get_wch)* get_wch;
  decltype(::getmaxx)* getmaxx;
  decltype(::getmaxy)* getmaxy;
  decltype(::getmouse)* getmouse;
  decltype(::has_colors)* has_colors;
  decltype(::hline)* hline;
  decltype(::init_pair)* init_pair;
  decltype(::keypad)* keypad;
  decltype(::mouseinterval)* mouseinterval;
  decltype(::mousemask)* mousemask;
  decltype(::move)* move;
  decltype(::newterm)* newterm;
  decltype(::nodelay)* nodelay;
  decltype(::noecho)* noecho;
  decltype(::nonl)* nonl;
  decltype(::refresh)* refresh;
  decltype(::reset_prog_mode)* reset_prog_mode;
  decltype(::resizeterm)* resizeterm;
  decltype(::set_escdelay)* set_escdelay;
  decltype(::start_color)* start_color;
  decltype(::tigetstr)* tigetstr;
  decltype(::use_default_colors)* use_default_colors;
  /// The whole terminal, once newterm has it.
  decltype(::stdscr)* stdscr;
};

/// Loaded by the first call.
const Curses& curses();

}  // namespace watch
