// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "portscope/enum_set.hpp"
#include "watch/actions.hpp"
#include "watch/state.hpp"

namespace watch {

/// What the program has to do after a key, besides drawing.
enum class Effect : std::uint8_t {
  quit,
  ask,   ///< the question is another one
  look,  ///< at once
  redraw,
  copy,
  plan,      ///< what the dialogue is about
  carry_out  ///< what was planned
};

/// A heading on the screen, which a click sorts by.
struct HeadingPlace {
  std::size_t begin = 0;
  std::size_t end = 0;
  Field field;
};

/// What a key is pressed at.
struct Scene {
  const Content& content;
  const Arrangement& arrangement;
  const std::vector<HeadingPlace>& headings;
  const Ask& ask;
  Size size;
  std::size_t pane_lines = 0;  ///< how many lines the pane would have
};

struct Pressed {
  State state;
  portscope::EnumSet<Effect> effects{};
};

/// What the view is after a key.
Pressed press(State state, const Input& input, const Scene& scene);

}  // namespace watch
