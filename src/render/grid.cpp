// SPDX-License-Identifier: MIT
#include "render/grid.hpp"

#include <algorithm>

#include "render/text.hpp"

namespace render {

void Grid::add(std::string_view visible, Emphasis emphasis) {
  texts_ += visible;
  places_.push_back({static_cast<std::uint32_t>(texts_.size()), emphasis});
}

void Grid::add_note(std::string visible) {
  notes_.resize(places_.size() / headings_.size());
  notes_.back() = std::move(visible);
}

std::string_view Grid::text(std::size_t cell) const {
  const std::size_t begin = cell == 0 ? 0 : places_[cell - 1].end;
  return std::string_view(texts_).substr(begin, places_[cell].end - begin);
}

void Grid::write(const Look& look, const Sink& sink) const {
  std::vector<std::size_t> widths(headings_.size());
  for (std::size_t cell = 0; cell < places_.size(); ++cell) {
    auto& width = widths[cell % widths.size()];
    width = std::max(width, display_width(text(cell)));
  }
  std::string out;
  GridWriter writer(headings_, widths, look, out);
  writer.begin();
  for (std::size_t first = 0; first < places_.size(); first += headings_.size()) {
    for (const Share& share : writer.shares()) {
      const std::size_t cell = first + share.column;
      writer.add(places_[cell].emphasis, [&](std::string& cell_text) { cell_text += text(cell); });
    }
    const std::size_t row = first / headings_.size();
    writer.end_row(row < notes_.size() ? std::string_view(notes_[row]) : std::string_view());
    flush_if_large(out, sink);
  }
  writer.finish();
  if (!out.empty()) sink(out);
}

}  // namespace render
