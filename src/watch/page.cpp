// SPDX-License-Identifier: MIT
#include "watch/page.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "render/fit.hpp"
#include "render/text.hpp"
#include "watch/status_line.hpp"

namespace watch {

namespace {

constexpr std::size_t mark_width = 2;  // `+ `

std::string_view ellipsis(Charset charset) { return charset == Charset::utf8 ? "…" : "~"; }

Paint paint_of(Mark mark) {
  switch (mark) {
    case Mark::none:
      return Paint::plain;
    case Mark::opened:
      return Paint::opened;
    case Mark::changed:
      return Paint::changed;
    case Mark::closed:
      return Paint::closed;
  }
  return Paint::plain;
}

/// Seen without colours, too.
std::string_view sign_of(Mark mark) {
  switch (mark) {
    case Mark::none:
      return "  ";
    case Mark::opened:
      return "+ ";
    case Mark::changed:
      return "* ";
    case Mark::closed:
      return "- ";
  }
  return "  ";
}

Paint paint_of(render::Emphasis emphasis) {
  switch (emphasis) {
    case render::Emphasis::plain:
      return Paint::plain;
    case render::Emphasis::faint:
      return Paint::faint;
    case render::Emphasis::warning:
      return Paint::warning;
    case render::Emphasis::alarm:
      return Paint::alarm;
  }
  return Paint::plain;
}

/// A column with its place on the screen.
struct Placed {
  const Widths::Seen* seen;
  std::size_t width;
};

std::vector<Placed> place_columns(const Widths& widths, const Size& size) {
  std::vector<render::Share> shares;
  for (std::size_t i = 0; i < widths.columns.size(); ++i) {
    const auto& seen = widths.columns[i];
    if (seen.filled || !seen.field.if_filled) shares.push_back({i, seen.width, seen.field.expendable});
  }
  std::vector<Placed> placed;
  if (shares.empty()) return placed;
  const std::size_t room = size.columns > mark_width ? size.columns - mark_width : 1;
  for (const auto& share : render::fit(std::move(shares), room))
    placed.push_back({&widths.columns[share.column], share.width});
  return placed;
}

Line heading_line(const std::vector<Placed>& columns, const State& state, Charset charset,
                  std::vector<HeadingPlace>& places) {
  Line line{{{std::string(mark_width, ' '), Paint::heading}}};
  std::size_t at = mark_width;
  for (const Placed& column : columns) {
    std::string text(column.seen->field.heading);
    if (state.sorting.field == column.seen->field) {
      const bool down = state.sorting.descending;
      text += charset == Charset::utf8 ? (down ? "▼" : "▲") : (down ? "v" : "^");
    }
    line.pieces.push_back({padded(text, column.width, column.seen->right_aligned, charset), Paint::heading});
    line.pieces.push_back({std::string(render::gap_width, ' '), Paint::heading});
    places.push_back({at, at + column.width, column.seen->field});
    at += column.width + render::gap_width;
  }
  line.pieces.pop_back();
  return line;
}

Line socket_line(const Content& content, const std::vector<Placed>& columns, std::uint32_t row, Charset charset) {
  const Mark mark = content.mark_of(row);
  Line line{{{std::string(sign_of(mark)), paint_of(mark)}}};
  for (const Placed& column : columns) {
    const FieldText text = text_of(column.seen->field, content, row, charset);
    const bool is_bar = column.seen->field.column == nullptr && column.seen->field.figure == Figure::bars;
    const std::string shown = text.text.empty() && !is_bar ? "-" : text.text;
    const Paint paint = mark != Mark::none ? paint_of(mark) : paint_of(text.emphasis);
    line.pieces.push_back({padded(shown, column.width, column.seen->right_aligned, charset, text.cut), paint});
    line.pieces.push_back({std::string(render::gap_width, ' '), paint_of(mark)});
  }
  line.pieces.pop_back();
  return line;
}

Line group_line(const Group& group, const Size& size, Charset charset) {
  const bool utf8 = charset == Charset::utf8;
  std::string text(group.folded ? (utf8 ? "▸ " : "> ") : (utf8 ? "▾ " : "v "));
  text += fmt::format("{}  {} {}", group.name, group.sockets, group.sockets == 1 ? "socket" : "sockets");
  if (group.rate) {
    text += fmt::format("  sent {}/s  received {}/s  lost {}/s", figure_text(Figure::sent, group.rate->sent),
                        figure_text(Figure::received, group.rate->received),
                        figure_text(Figure::lost, group.rate->retransmits + group.rate->refused));
  }
  return {{{padded(text, size.columns, false, charset), Paint::group}}};
}

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
  const std::string_view keys = state.mode == Mode::list
                                    ? "? help  q quit  / filter  s sort  b group  p pause  Enter details"
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

}  // namespace

std::string padded(const std::string& text, std::size_t width, bool right_aligned, Charset charset, render::Cut cut) {
  const std::size_t taken = render::display_width(text);
  if (taken <= width) {
    const std::string blanks(width - taken, ' ');
    return right_aligned ? blanks + text : text + blanks;
  }
  if (width == 0) return {};
  const std::size_t behind = cut == render::Cut::middle ? width / 2 : 0;
  std::string shortened(render::fitting_prefix(text, width - 1 - behind));
  shortened.append(ellipsis(charset)).append(render::fitting_suffix(text, behind));
  const std::size_t now = render::display_width(shortened);
  return shortened.append(width > now ? width - now : 0, ' ');
}

Widths widened(Widths widths, const std::vector<Field>& fields, const Content& content, const Arrangement& arrangement,
               const State& state, const Size& size, Charset charset) {
  const bool same = std::equal(fields.begin(), fields.end(), widths.columns.begin(), widths.columns.end(),
                               [](const Field& field, const Widths::Seen& seen) { return field == seen.field; });
  if (!same) {
    widths.columns.clear();
    for (const Field& field : fields) {
      // Room for the sign of the order.
      const std::size_t bars =
          field.column == nullptr && field.figure == Figure::bars ? portscope::RateMeter::history : 0;
      widths.columns.push_back({field, std::max(field.heading.size() + 1, bars), false, field.right_aligned});
    }
  }
  const std::size_t end = std::min(arrangement.rows.size(), state.top + areas_of(state, size).rows);
  for (std::size_t place = state.top; place < end; ++place) {
    if (arrangement.rows[place].kind != Row::Kind::socket) continue;
    for (auto& seen : widths.columns) {
      const FieldText text = text_of(seen.field, content, arrangement.rows[place].index, charset);
      if (text.text.empty()) continue;
      const bool is_zero_loss = seen.field.column == nullptr && seen.field.figure == Figure::lost && text.text == "0";
      seen.filled = seen.filled || !is_zero_loss;
      seen.right_aligned = seen.right_aligned || text.right_aligned;
      seen.width = std::max(seen.width, render::display_width(text.text));
    }
  }
  return widths;
}

Page compose(const Content& content, const Arrangement& arrangement, const Widths& widths, const State& state,
             const Status& status, const Size& size, Charset charset) {
  Page page;
  const Areas areas = areas_of(state, size);
  const auto columns = place_columns(widths, size);
  const std::string above = status_line(content, arrangement, state, status, size);
  page.lines.push_back({{{padded(above, size.columns, false, charset), Paint::status}}});
  page.lines.push_back(heading_line(columns, state, charset, page.headings));
  for (std::size_t i = 0; i < areas.rows; ++i) {
    const std::size_t place = state.top + i;
    if (place >= arrangement.rows.size()) {
      page.lines.emplace_back();
      continue;
    }
    const Row& row = arrangement.rows[place];
    page.lines.push_back(row.kind == Row::Kind::socket ? socket_line(content, columns, row.index, charset)
                                                       : group_line(arrangement.groups[row.index], size, charset));
    page.lines.back().selected = place == state.selected;
  }
  const auto pane = pane_lines(content, arrangement, state, size);
  for (std::size_t i = 0; i < areas.pane; ++i) {
    const std::size_t place = state.pane_top + i;
    page.lines.emplace_back();
    if (place < pane.size())
      page.lines.back().pieces.push_back({padded(pane[place], size.columns, false, charset), Paint::plain});
  }
  if (state.mode == Mode::filter && state.fault && areas.rows > 0) {
    page.lines.back() = fault_line(*state.fault, state, size, charset);
  }
  page.lines.push_back(last_line(state, size, charset, page.cursor));
  if (page.lines.size() > size.lines) page.lines.resize(size.lines);
  return page;
}

std::string row_text(const Content& content, const Arrangement& arrangement, const std::vector<Field>& fields,
                     std::size_t row) {
  if (row >= arrangement.rows.size()) return {};
  const Row& place = arrangement.rows[row];
  if (place.kind == Row::Kind::group) return arrangement.groups[place.index].name;
  std::string text;
  for (const Field& field : fields) {
    const std::string part = text_of(field, content, place.index, Charset::utf8).text;
    if (!part.empty() && field.column != nullptr) text.append(text.empty() ? "" : "  ").append(part);
  }
  return text;
}

}  // namespace watch
