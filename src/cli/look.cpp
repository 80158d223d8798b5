// SPDX-License-Identifier: MIT
#include "cli/look.hpp"

namespace cli {

render::Look look_of(const Wishes& wishes, const Terminal& terminal) {
  const bool to_terminal = terminal.is_terminal && wishes.output.empty();
  render::Look look;
  if (to_terminal) look.width = terminal.width;
  look.header = wishes.header;
  look.one_line = wishes.one_line;
  look.color = wishes.color.value_or(!terminal.no_color && (terminal.force_color || to_terminal));
  look.json = wishes.pretty ? render::JsonStyle::indented : render::JsonStyle::compact;
  return look;
}

}  // namespace cli
