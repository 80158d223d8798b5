// SPDX-License-Identifier: MIT
#include "watch/page.hpp"

#include <algorithm>

#include "render/text.hpp"
#include "watch/dialogue.hpp"
#include "watch/row_lines.hpp"
#include "watch/status_line.hpp"

namespace watch {

namespace {

/// What stands in the last line: a prompt, a notice, or what the most useful keys are.
Line last_line(const State& state, const Size& size, Charset charset, std::optional<std::size_t>& cursor) {
  if (state.mode == Mode::filter) {
    std::string prompt = "/";
    render::append_visible(prompt, state.edited);
    // The end is what is being typed.
    const std::size_t room = size.columns > 1 ? size.columns - 1 : 1;
    if (render::display_width(prompt) > room) prompt = std::string(render::fitting_suffix(prompt, room));
    cursor = render::display_width(prompt);
    return {{{prompt, Paint::plain}}};
  }
  if (!state.notice.empty()) {
    std::string notice;
    render::append_visible(notice, state.notice);
    return {{{padded(notice, size.columns, false, charset), Paint::fault}}};
  }
  if (state.mode == Mode::dialogue) {
    const std::string prompt(prompt_of(state.dialogue));
    const bool asks = state.dialogue.step == Dialogue::Step::asking;
    if (asks) cursor = std::min(render::display_width(prompt) + 1, size.columns - 1);
    return {{{padded(prompt, size.columns, false, charset), asks ? Paint::alarm : Paint::hint}}};
  }
  const std::string_view keys = state.mode == Mode::list
                                    ? "? help  q quit  / filter  s sort  b group  p pause  Enter details  K kill"
                                    : "Esc back  PgUp PgDn read  q quit";
  return {{{padded(std::string(keys), size.columns, false, charset), Paint::hint}}};
}

/// The fault of the filter stands above it, with a mark below its place in the prompt being of no use there.
Line fault_line(const Fault& fault, const State& state, const Size& size, Charset charset) {
  std::string text;
  if (fault.length > 0 && fault.begin < state.edited.size()) {
    std::string part;
    render::append_visible(part, std::string_view(state.edited).substr(fault.begin, fault.length));
    text += part + ": ";
  }
  render::append_visible(text, fault.message);
  return {{{padded(text, size.columns, false, charset), Paint::fault}}};
}

void append_rows(Page& page, const Shown& shown, const std::vector<Placed>& columns) {
  const auto& [content, arrangement, state, size, charset] = shown;
  const Areas areas = areas_of(state, size);
  for (std::size_t at = 0; at < areas.rows; ++at) {
    page.lines.emplace_back();
    const std::size_t place = row_on_screen(arrangement, state, areas, at);
    if (place >= arrangement.rows.size()) continue;
    const Row& row = arrangement.rows[place];
    page.lines.back() = row.kind == Row::Kind::socket ? socket_line(content, columns, row, state, charset)
                                                      : group_line(arrangement.groups[row.index], size, charset);
    page.lines.back().selected = place == state.selected;
  }
}

void append_pane(Page& page, const Shown& shown) {
  const auto pane = pane_lines(shown.content, shown.arrangement, shown.state, shown.size);
  const std::size_t lines = areas_of(shown.state, shown.size).pane;
  for (std::size_t at = 0; at < lines; ++at) {
    const std::size_t place = shown.state.pane_top + at;
    page.lines.emplace_back();
    if (place < pane.size())
      page.lines.back().pieces.push_back({padded(pane[place], shown.size.columns, false, shown.charset), Paint::plain});
  }
}

}  // namespace

Page compose(const Shown& shown, const Widths& widths, const Status& status) {
  const auto& [content, arrangement, state, size, charset] = shown;
  Page page;
  const auto columns = place_columns(widths, size);
  const std::string above = status_line(content, arrangement, state, status, size);
  page.lines.push_back({{{padded(above, size.columns, false, charset), Paint::status}}});
  auto headings = heading_line(columns, state, charset);
  page.lines.push_back(std::move(headings.line));
  page.headings = std::move(headings.places);
  append_rows(page, shown, columns);
  append_pane(page, shown);
  if (state.mode == Mode::filter && state.fault && page.lines.size() > 2) {
    page.lines.back() = fault_line(*state.fault, state, size, charset);
  }
  page.lines.push_back(last_line(state, size, charset, page.cursor));
  if (page.lines.size() > size.lines) page.lines.resize(size.lines);
  return page;
}

}  // namespace watch
