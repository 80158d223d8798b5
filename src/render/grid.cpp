// SPDX-License-Identifier: MIT
#include "render/grid.hpp"

#include <algorithm>
#include <numeric>

#include "render/text.hpp"

namespace render {

namespace {

constexpr std::string_view gap = "  ";
constexpr std::string_view ellipsis = "…";
constexpr std::size_t piece_size = 65536;

/// Takes columns away from the widest until the sum fits; none gets narrower than `least`.
void shrink(std::vector<std::size_t>& widths, std::size_t available, std::size_t least) {
  std::size_t total = std::accumulate(widths.begin(), widths.end(), gap.size() * (widths.size() - 1));
  while (total > available) {
    const auto widest = std::max_element(widths.begin(), widths.end());
    if (*widest <= least) return;
    --*widest;
    --total;
  }
}

std::string_view color_of(Emphasis emphasis) {
  switch (emphasis) {
    case Emphasis::plain:
      return "";
    case Emphasis::faint:
      return "\033[2m";
    case Emphasis::alarm:
      return "\033[1;31m";
  }
  return "";
}

/// One line in the making: knows how wide it is and may become.
class Line {
 public:
  Line(std::string& out, const Look& look) : out_(out), look_(look) {}

  void add(std::string_view text, std::size_t text_width, std::size_t column_width, bool right_aligned,
           std::string_view color) {
    std::string cut;
    if (text_width > column_width) {
      cut = std::string(fitting_prefix(text, column_width - std::min<std::size_t>(column_width, 1)));
      if (column_width > 0) cut += ellipsis;
      text = cut;
      text_width = display_width(cut);
    }
    const std::size_t padding = column_width - std::min(column_width, text_width);
    if (right_aligned) pending_ += padding;
    place(text, text_width, color);
    if (!right_aligned) pending_ += padding;
    pending_ += gap.size();
  }

  void end() { out_ += '\n'; }

 private:
  /// Blanks are written only when something follows, so that no line ends in them.
  void place(std::string_view text, std::size_t text_width, std::string_view color) {
    const std::size_t limit = look_.width.value_or(UINT32_MAX);
    if (full_) return;
    if (used_ + pending_ + text_width > limit) {
      full_ = true;
      text = fitting_prefix(text, limit - std::min<std::size_t>(limit, used_ + pending_));
    }
    out_.append(std::min(pending_, limit - std::min(limit, used_)), ' ');
    used_ += pending_ + text_width;
    pending_ = 0;
    if (!color.empty() && look_.color) out_ += color;
    out_ += text;
    if (!color.empty() && look_.color) out_ += "\033[0m";
  }

  std::string& out_;
  const Look& look_;
  std::size_t used_ = 0;
  std::size_t pending_ = 0;
  bool full_ = false;
};

}  // namespace

void Grid::add(std::string_view visible, Emphasis emphasis) {
  texts_ += visible;
  places_.push_back(
      {static_cast<std::uint32_t>(texts_.size()), static_cast<std::uint32_t>(display_width(visible)), emphasis});
}

std::string_view Grid::text(std::size_t cell) const {
  const std::size_t begin = cell == 0 ? 0 : places_[cell - 1].end;
  return std::string_view(texts_).substr(begin, places_[cell].end - begin);
}

std::vector<std::size_t> Grid::column_widths(const Look& look) const {
  std::vector<std::size_t> widths(headings_.size());
  if (look.header) {
    for (std::size_t i = 0; i < widths.size(); ++i) widths[i] = headings_[i].text.size();
  }
  for (std::size_t cell = 0; cell < places_.size(); ++cell) {
    auto& width = widths[cell % widths.size()];
    width = std::max<std::size_t>(width, places_[cell].width);
  }
  // First down to what a name needs to be recognised, then, on a very narrow terminal, to anything.
  constexpr std::size_t recognisable = 12;
  if (look.width) {
    shrink(widths, *look.width, recognisable);
    shrink(widths, *look.width, 1);
  }
  return widths;
}

void Grid::write(const Look& look, const Sink& sink) const {
  if (headings_.empty()) return;
  const auto widths = column_widths(look);
  const std::size_t columns = headings_.size();
  std::string out;
  if (look.header) {
    Line line(out, look);
    for (std::size_t i = 0; i < columns; ++i) {
      const auto& heading = headings_[i];
      line.add(heading.text, heading.text.size(), widths[i], heading.right_aligned, "\033[1m");
    }
    line.end();
  }
  for (std::size_t first = 0; first < places_.size(); first += columns) {
    Line line(out, look);
    for (std::size_t i = 0; i < columns; ++i) {
      const Place& place = places_[first + i];
      line.add(text(first + i), place.width, widths[i], headings_[i].right_aligned, color_of(place.emphasis));
    }
    line.end();
    if (out.size() >= piece_size) {
      sink(out);
      out.clear();
    }
  }
  if (!out.empty()) sink(out);
}

}  // namespace render
