// SPDX-License-Identifier: MIT
#include "watch/curses.hpp"

#include <dlfcn.h>

#include <stdexcept>
#include <string>

namespace watch {

namespace {

constexpr const char* curses_file = "libncursesw.so.6";  // the name by which programs ask for ABI 6, since 2015

[[noreturn]] void do_without() {
  throw std::runtime_error(std::string("no live view without ") + curses_file +
                           ", which cannot be loaded; TERM=dumb prints changes line by line");
}

/// Never unloaded: the handler of a crash may come at any time.
class CursesFile {
 public:
  CursesFile() : handle_(::dlopen(curses_file, RTLD_NOW | RTLD_LOCAL)) {
    if (handle_ == nullptr) do_without();
  }

  template <class Thing>
  void find(const char* name, Thing*& place) const {
    place = reinterpret_cast<Thing*>(::dlsym(handle_, name));
    if (place == nullptr) do_without();
  }

 private:
  void* handle_;
};

}  // namespace

Curses::Curses() {
  const CursesFile file;
  file.find("addnstr", addnstr);
  file.find("attrset", attrset);
  file.find("cbreak", cbreak);
  file.find("clearok", clearok);
  file.find("clrtoeol", clrtoeol);
  file.find("COLOR_PAIR", color_pair);
  file.find("curs_set", curs_set);
  file.find("endwin", endwin);
  file.find("erase", erase);
  file.find("get_wch", get_wch);
  file.find("getmaxx", getmaxx);
  file.find("getmaxy", getmaxy);
  file.find("getmouse", getmouse);
  file.find("has_colors", has_colors);
  file.find("hline", hline);
  file.find("init_pair", init_pair);
  file.find("keypad", keypad);
  file.find("mouseinterval", mouseinterval);
  file.find("mousemask", mousemask);
  file.find("move", move);
  file.find("newterm", newterm);
  file.find("nodelay", nodelay);
  file.find("noecho", noecho);
  file.find("nonl", nonl);
  file.find("refresh", refresh);
  file.find("reset_prog_mode", reset_prog_mode);
  file.find("resizeterm", resizeterm);
  file.find("set_escdelay", set_escdelay);
  file.find("start_color", start_color);
  file.find("tigetstr", tigetstr);
  file.find("use_default_colors", use_default_colors);
  file.find("stdscr", stdscr);
}

const Curses& curses() {
  static const Curses loaded;
  return loaded;
}

}  // namespace watch
