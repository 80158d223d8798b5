// SPDX-License-Identifier: MIT
#include "watch/actions.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace watch {

namespace {

constexpr Key no = Key::none;

constexpr auto table = std::to_array<Binding>({
    {Action::up, {Key::up, typed('k'), no}, "Up k", "the row above"},
    {Action::down, {Key::down, typed('j'), no}, "Down j", "the row below"},
    {Action::page_up, {Key::page_up, control('b'), no}, "PgUp ^B", "a screen up"},
    {Action::page_down, {Key::page_down, control('f'), no}, "PgDn ^F", "a screen down"},
    {Action::first, {Key::home, typed('g'), no}, "Home g", "the first row"},
    {Action::last, {Key::end, typed('G'), no}, "End G", "the last row"},
    {Action::next_change, {typed('n'), no, no}, "n", "the next row that was opened, changed or closed of late"},
    {Action::previous_change, {typed('N'), no, no}, "N", "the one before"},
    {Action::details, {Key::enter, no, no}, "Enter", "all that is known of the socket; fold or unfold a group"},
    {Action::filter, {typed('/'), no, no}, "/", "filter, see portscope-filter(7); Enter keeps it, Esc gives it up"},
    {Action::sort, {typed('s'), no, no}, "s", "sort by the next column"},
    {Action::reverse, {typed('S'), no, no}, "S", "sort the other way round"},
    {Action::group, {typed('b'), no, no}, "b", "group by process, port, peer, state, or not"},
    {Action::fold, {typed(' '), no, no}, "Space", "group by process; in a group: fold or unfold it"},
    {Action::tcp, {typed('t'), no, no}, "t", "TCP sockets, or not only"},
    {Action::udp, {typed('u'), no, no}, "u", "UDP sockets, or not only"},
    {Action::unix_sockets, {typed('x'), no, no}, "x", "Unix sockets, or not only"},
    {Action::listening, {typed('l'), no, no}, "l", "only where a server waits, or all"},
    {Action::established, {typed('e'), no, no}, "e", "only established connections, or all"},
    {Action::all, {typed('a'), no, no}, "a", "every state, time_wait too, or not"},
    {Action::rates, {typed('r'), no, no}, "r", "rates of TCP connections, or none"},
    {Action::names, {typed('d'), no, no}, "d", "names of services instead of ports, or not"},
    {Action::pin, {typed('w'), no, no}, "w", "pin the socket: it stays on top; or not any more"},
    {Action::pause, {typed('p'), no, no}, "p", "pause, and go on"},
    {Action::look_now, {control('l'), no, no}, "^L", "look now, and draw everything anew"},
    {Action::faster, {typed('-'), no, no}, "-", "look more often"},
    {Action::slower, {typed('+'), no, no}, "+", "look less often"},
    {Action::copy, {typed('y'), no, no}, "y", "copy the row to the clipboard of the terminal"},
    {Action::kill, {typed('K'), no, no}, "K", "end who holds the port, as portscope kill does; asks first"},
    {Action::close, {typed('c'), no, no}, "c", "close the socket, as portscope close does; asks first"},
    {Action::help, {typed('?'), no, no}, "?", "this help"},
    {Action::back, {Key::escape, no, no}, "Esc", "back to the list"},
    {Action::quit, {typed('q'), control('c'), no}, "q ^C", "quit"},
});

}  // namespace

std::span<const Binding> bindings() { return table; }

std::optional<Action> action_of(Key key) {
  if (key == Key::none) return std::nullopt;
  for (const Binding& binding : table) {
    if (std::find(binding.keys.begin(), binding.keys.end(), key) != binding.keys.end()) return binding.action;
  }
  return std::nullopt;
}

std::vector<std::string> help_lines() {
  std::vector<std::string> lines;
  lines.reserve(table.size());
  for (const Binding& binding : table) lines.push_back(fmt::format("{:<8} {}", binding.spelling, binding.help));
  return lines;
}

}  // namespace watch
