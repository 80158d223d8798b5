// SPDX-License-Identifier: MIT
#include "watch/layout.hpp"

#include <algorithm>

#include "render/fit.hpp"
#include "render/text.hpp"

namespace watch {

namespace {

bool is_expendable(const Field& field, const Size& size) {
  return field.expendable || (field.column != nullptr && render::is_expendable(*field.column, size.columns));
}

bool are_of(const Widths& widths, const std::vector<Field>& fields) {
  return std::equal(fields.begin(), fields.end(), widths.columns.begin(), widths.columns.end(),
                    [](const Field& field, const Widths::Seen& seen) {
                      return field == seen.field && field.services == seen.field.services;
                    });
}

Widths unseen(const std::vector<Field>& fields) {
  Widths widths;
  for (const Field& field : fields) {
    const bool is_bars = field.column == nullptr && field.figure == Figure::bars;
    const std::size_t least = field.heading.size() + 1;  // room for the sign of the order
    widths.columns.push_back(
        {field, is_bars ? std::max(least, portscope::RateMeter::history) : least, false, field.right_aligned});
  }
  return widths;
}

void widen(Widths::Seen& seen, const FieldText& text) {
  if (text.text.empty()) return;
  const bool is_zero_loss = seen.field.column == nullptr && seen.field.figure == Figure::lost && text.text == "0";
  seen.filled = seen.filled || !is_zero_loss;
  seen.right_aligned = seen.right_aligned || text.right_aligned;
  seen.width = std::max(seen.width, render::display_width(text.text));
}

}  // namespace

Widths widened(Widths widths, const std::vector<Field>& fields, const Shown& shown) {
  if (!are_of(widths, fields)) widths = unseen(fields);
  const auto& rows = shown.arrangement.rows;
  const Areas areas = areas_of(shown.state, shown.size);
  for (std::size_t at = 0; at < areas.rows; ++at) {
    const std::size_t place = row_on_screen(shown.arrangement, shown.state, areas, at);
    if (place >= rows.size()) break;
    if (rows[place].kind != Row::Kind::socket) continue;
    for (auto& seen : widths.columns) widen(seen, text_of(seen.field, shown.content, rows[place].index, shown.charset));
  }
  return widths;
}

std::vector<Placed> place_columns(const Widths& widths, const Size& size) {
  std::vector<render::Share> shares;
  for (std::size_t i = 0; i < widths.columns.size(); ++i) {
    const auto& seen = widths.columns[i];
    if (seen.filled || !seen.field.if_filled) shares.push_back({i, seen.width, is_expendable(seen.field, size)});
  }
  std::vector<Placed> placed;
  if (shares.empty()) return placed;
  const std::size_t room = size.columns > mark_width ? size.columns - mark_width : 1;
  for (const auto& share : render::fit(std::move(shares), room))
    placed.push_back({&widths.columns[share.column], share.width});
  return placed;
}

}  // namespace watch
