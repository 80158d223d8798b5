// SPDX-License-Identifier: MIT
#include "watch/row_lines.hpp"

#include <fmt/format.h>

#include "render/fit.hpp"

namespace watch {

namespace {

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
char sign_of(Mark mark) {
  switch (mark) {
    case Mark::none:
      return ' ';
    case Mark::opened:
      return '+';
    case Mark::changed:
      return '*';
    case Mark::closed:
      return '-';
  }
  return ' ';
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

}  // namespace

HeadingLine heading_line(const std::vector<Placed>& columns, const State& state, Charset charset) {
  HeadingLine headings{{{{std::string(mark_width, ' '), Paint::heading}}}, {}};
  Line& line = headings.line;
  std::size_t at = mark_width;
  for (const Placed& column : columns) {
    std::string text(column.seen->field.heading);
    if (state.sorting.field == column.seen->field) {
      const bool down = state.sorting.descending;
      text += charset == Charset::utf8 ? (down ? "▼" : "▲") : (down ? "v" : "^");
    }
    line.pieces.push_back({padded(text, column.width, column.seen->right_aligned, charset), Paint::heading});
    line.pieces.push_back({std::string(render::gap_width, ' '), Paint::heading});
    headings.places.push_back({at, at + column.width, column.seen->field});
    at += column.width + render::gap_width;
  }
  line.pieces.pop_back();
  return headings;
}

Line socket_line(const Content& content, const std::vector<Placed>& columns, const Row& row, const State& state,
                 Charset charset) {
  const Mark mark = content.mark_of(row.index);
  const std::string signs{sign_of(mark), state.pinned.contains(row.identity) ? '^' : ' '};
  Line line{{{signs, paint_of(mark)}}};
  for (const Placed& column : columns) {
    const FieldText text = text_of(column.seen->field, content, row.index, charset);
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
