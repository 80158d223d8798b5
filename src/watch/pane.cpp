// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "render/blocks.hpp"
#include "render/text.hpp"
#include "watch/page.hpp"

namespace watch {

using portscope::Snapshot;
using portscope::Socket;

namespace {

void append_lines(std::vector<std::string>& lines, std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

/// Each line of `text` in as many as it takes, those behind the first shifted.
void append_wrapped_lines(std::vector<std::string>& lines, std::string_view text, std::size_t shift,
                          std::size_t width) {
  std::vector<std::string> whole;
  append_lines(whole, text);
  for (const std::string& line : whole) {
    std::string wrapped;
    render::append_wrapped(wrapped, line, 0, width > shift ? width - shift : 1);
    const std::size_t first = lines.size();
    append_lines(lines, wrapped);
    if (lines.size() == first) lines.emplace_back();
    for (std::size_t i = first + 1; i < lines.size(); ++i) lines[i].insert(0, shift, ' ');
  }
}

/// What only several looks can tell.
void append_rates(std::vector<std::string>& lines, const Content& content, const Socket& socket, std::size_t width) {
  const auto rate = content.meter().of(socket);
  std::string text;
  if (socket.state == portscope::State::listen) {
    if (!rate) return;
    text = fmt::format("{:.1f} connections refused a second", rate->refused);
  } else if (!rate) {
    text = "the kernel keeps no counters of it";
  } else {
    text = fmt::format("sent {} B/s, received {} B/s, {:.1f} retransmissions/s", figure_text(Figure::sent, rate->sent),
                       figure_text(Figure::received, rate->received), rate->retransmits);
  }
  lines.emplace_back("rates");
  append_wrapped_lines(lines, "  " + text, 2, width);
}

/// What `show` tells, with the rates below the title.
std::vector<std::string> details_of(const Content& content, std::uint32_t row, std::size_t width) {
  const Socket& socket = content.snapshot().sockets[row];
  std::vector<std::string> lines;
  if (content.mark_of(row) == Mark::closed) lines.emplace_back("It was closed; this was the last of it.");
  const Snapshot* closer = content.closer(identity_of(socket));
  render::View view{closer != nullptr ? closer : &content.snapshot(), {closer != nullptr ? 0 : row}, {}, false, {}};
  view.look.width = static_cast<unsigned>(width);
  bool is_title = true;
  render::write_blocks(view, [&](std::string_view text) {
    const std::size_t title_end = is_title ? std::min(text.find('\n') + 1, text.size()) : 0;
    append_lines(lines, text.substr(0, title_end));
    if (is_title) append_rates(lines, content, socket, width);
    append_lines(lines, text.substr(title_end));
    is_title = false;
  });
  return lines;
}

}  // namespace

std::vector<std::string> pane_lines(const Content& content, const Arrangement& arrangement, const State& state,
                                    const Size& size) {
  constexpr std::size_t behind_the_keys = 9;
  std::vector<std::string> lines;
  if (state.mode == Mode::help) {
    for (const std::string& line : help_lines()) append_wrapped_lines(lines, line, behind_the_keys, size.columns);
  } else if (state.mode == Mode::dialogue) {
    append_wrapped_lines(lines, state.dialogue.text, 2, size.columns);
  } else if (state.mode == Mode::details && state.selected < arrangement.rows.size()) {
    const Row& row = arrangement.rows[state.selected];
    if (row.kind == Row::Kind::socket) return details_of(content, row.index, size.columns);
    const Group& group = arrangement.groups[row.index];
    append_wrapped_lines(lines, fmt::format("{}: {} sockets", group.name, group.sockets), 2, size.columns);
  }
  return lines;
}

}  // namespace watch
