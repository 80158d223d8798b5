// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "watch/key.hpp"

namespace watch {

/// What a key of the live view does.
enum class Action : std::uint8_t {
  up,
  down,
  page_up,
  page_down,
  first,
  last,
  next_change,
  previous_change,
  details,
  filter,
  sort,
  reverse,
  group,
  fold,
  tcp,
  udp,
  unix_sockets,
  listening,
  established,
  all,
  rates,
  names,
  pin,
  pause,
  look_now,
  faster,
  slower,
  copy,
  kill,
  close,
  help,
  back,
  quit
};

/// One action: its keys, and how the help speaks of it.
struct Binding {
  Action action;
  std::array<Key, 3> keys;  ///< Key::none where there are fewer
  std::string_view spelling;
  std::string_view help;
};

/// THE table of keys: the help is made from it, and the manual is held against it.
std::span<const Binding> bindings();

std::optional<Action> action_of(Key key);

/// The help, a line for each binding.
std::vector<std::string> help_lines();

}  // namespace watch
