// SPDX-License-Identifier: MIT
#include "render/grid.hpp"

#include <algorithm>

#include "render/fit.hpp"
#include "render/text.hpp"

namespace render {

namespace {

constexpr std::string_view ellipsis = "…";

std::string_view color_of(Emphasis emphasis) {
  switch (emphasis) {
    case Emphasis::plain:
      return "";
    case Emphasis::faint:
      return "\033[2m";
    case Emphasis::warning:
      return "\033[33m";
    case Emphasis::alarm:
      return "\033[1;31m";
  }
  return "";
}

/// `visible` in at most `columns` columns, with an ellipsis for what had to go.
std::string shortened(std::string_view visible, std::size_t columns, Grid::Cut cut) {
  const std::size_t kept = columns - std::min<std::size_t>(columns, 1);
  if (cut == Grid::Cut::end) return std::string(fitting_prefix(visible, kept)).append(ellipsis);
  constexpr std::size_t port_width = 6;  // `:65535`
  const std::string_view tail = fitting_suffix(visible, std::min(port_width, kept));
  const std::string_view head = fitting_prefix(visible, kept - display_width(tail));
  return std::string(head).append(ellipsis).append(tail);
}

/// One line in the making. Blanks are written only when something follows, so that no line ends
/// in them.
class Line {
 public:
  Line(std::string& out, bool color) : out_(out), color_(color) {}

  void add(std::string_view visible, std::size_t width, bool right_aligned, std::size_t column_width,
           std::string_view color) {
    const std::size_t padding = column_width - std::min(column_width, width);
    if (visible.empty()) {
      pending_ += column_width + gap_width;
      return;
    }
    if (right_aligned) pending_ += padding;
    out_.append(pending_, ' ');
    pending_ = gap_width + (right_aligned ? 0 : padding);
    const bool colored = color_ && !color.empty();
    if (colored) out_ += color;
    out_ += visible;
    if (colored) out_ += "\033[0m";
  }

 private:
  std::string& out_;
  bool color_;
  std::size_t pending_ = 0;
};

}  // namespace

void Grid::add(std::string_view visible, Emphasis emphasis) {
  texts_ += visible;
  places_.push_back(
      {static_cast<std::uint32_t>(texts_.size()), static_cast<std::uint32_t>(display_width(visible)), emphasis});
}

void Grid::add_note(std::string visible) {
  notes_.resize(places_.size() / headings_.size());
  notes_.back() = std::move(visible);
}

void Grid::append_note(std::string& out, std::size_t row, const Look& look) const {
  constexpr std::size_t indent = 6;
  if (row >= notes_.size() || notes_[row].empty()) return;
  append_wrapped(out, notes_[row], indent, look.width.value_or(0));
}

std::string_view Grid::text(std::size_t cell) const {
  const std::size_t begin = cell == 0 ? 0 : places_[cell - 1].end;
  return std::string_view(texts_).substr(begin, places_[cell].end - begin);
}

std::vector<Share> Grid::layout(const Look& look) const {
  std::vector<Share> shares;
  for (const Heading& heading : headings_) {
    shares.push_back({shares.size(), look.header ? heading.text.size() : 0, heading.expendable});
  }
  for (std::size_t cell = 0; cell < places_.size(); ++cell) {
    auto& width = shares[cell % shares.size()].width;
    width = std::max<std::size_t>(width, places_[cell].width);
  }
  return look.width ? fit(std::move(shares), *look.width) : shares;
}

/// The line that names the columns for which there was no room; empty when all are shown.
std::string Grid::left_out(const std::vector<Share>& shares, std::size_t width) const {
  std::string names;
  for (std::size_t i = 0; i < headings_.size(); ++i) {
    const bool shown = std::any_of(shares.begin(), shares.end(), [&](const Share& share) { return share.column == i; });
    if (!shown) names.append(names.empty() ? "too narrow for " : ", ").append(headings_[i].text);
  }
  if (display_width(names) > width) names = shortened(names, width, Cut::end);
  return names.empty() ? names : names + '\n';
}

void Grid::write(const Look& look, const Sink& sink) const {
  if (headings_.empty()) return;
  const auto shares = layout(look);
  std::string out;
  const auto add = [&](Line& line, const Share& share, std::string_view visible, std::size_t width,
                       std::string_view color) {
    const Heading& heading = headings_[share.column];
    if (width <= share.width) return line.add(visible, width, heading.right_aligned, share.width, color);
    const std::string cut = shortened(visible, share.width, heading.cut);
    line.add(cut, display_width(cut), heading.right_aligned, share.width, color);
  };
  if (look.header) {
    Line line(out, look.color);
    for (const Share& share : shares) {
      const std::string_view text = headings_[share.column].text;
      add(line, share, text, text.size(), "\033[1m");
    }
    out += '\n';
  }
  for (std::size_t first = 0; first < places_.size(); first += headings_.size()) {
    Line line(out, look.color);
    for (const Share& share : shares) {
      const std::size_t cell = first + share.column;
      add(line, share, text(cell), places_[cell].width, color_of(places_[cell].emphasis));
    }
    out += '\n';
    append_note(out, first / headings_.size(), look);
    flush_if_large(out, sink);
  }
  if (look.width) out += left_out(shares, *look.width);
  if (!out.empty()) sink(out);
}

}  // namespace render
