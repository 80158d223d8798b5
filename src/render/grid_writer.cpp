// SPDX-License-Identifier: MIT
#include "render/grid_writer.hpp"

#include <algorithm>

#include "render/text.hpp"

namespace render {

namespace {

constexpr std::string_view ellipsis = "…";
constexpr std::string_view bold = "\033[1m";
constexpr std::string_view plain_again = "\033[0m";

/// `visible` in at most `columns` columns, with an ellipsis for what had to go.
std::string shortened(std::string_view visible, std::size_t columns, Cut cut) {
  const std::size_t kept = columns - std::min<std::size_t>(columns, 1);
  if (cut == Cut::end) return std::string(fitting_prefix(visible, kept)).append(ellipsis);
  constexpr std::size_t port_width = 6;  // `:65535`
  const std::string_view tail = fitting_suffix(visible, std::min(port_width, kept));
  const std::string_view head = fitting_prefix(visible, kept - display_width(tail));
  return std::string(head).append(ellipsis).append(tail);
}

std::vector<Share> shares_of(const std::vector<Heading>& headings, const std::vector<std::size_t>& widths,
                             const Look& look) {
  std::vector<Share> shares;
  for (std::size_t i = 0; i < headings.size(); ++i) {
    const std::size_t heading = look.header ? headings[i].text.size() : 0;
    shares.push_back({i, std::max(heading, widths[i]), headings[i].expendable});
  }
  return look.width && !shares.empty() ? fit(std::move(shares), *look.width) : shares;
}

}  // namespace

GridWriter::GridWriter(std::vector<Heading> headings, const std::vector<std::size_t>& widths, const Look& look,
                       std::string& out)
    : headings_(std::move(headings)), shares_(shares_of(headings_, widths, look)), look_(look), out_(out) {}

void GridWriter::begin() {
  if (!look_.header || headings_.empty()) return;
  for (const Share& share : shares_) {
    begin_cell(bold);
    out_ += headings_[share.column].text;
    end_cell();
  }
  end_line();
}

std::string_view GridWriter::color_of(Emphasis emphasis) {
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

void GridWriter::begin_cell(std::string_view color) {
  end_ = out_.size();
  out_.append(pending_, ' ');
  colored_ = look_.color && !color.empty();
  if (colored_) out_ += color;
  begin_ = out_.size();
}

void GridWriter::end_cell() {
  const Share& share = shares_[next_++];
  if (out_.size() == begin_) {
    out_.resize(end_);
    pending_ += share.width + gap_width;
    return;
  }
  std::size_t width = display_width(std::string_view(out_).substr(begin_));
  if (width > share.width) {
    const std::string cut = shortened(std::string_view(out_).substr(begin_), share.width, headings_[share.column].cut);
    out_.replace(begin_, std::string::npos, cut);
    width = std::min(share.width, display_width(cut));
  }
  const std::size_t padding = share.width - width;
  pending_ = gap_width;
  if (headings_[share.column].right_aligned) {
    out_.insert(end_, padding, ' ');
  } else {
    pending_ += padding;
  }
  if (colored_) out_ += plain_again;
}

void GridWriter::end_line() {
  out_ += '\n';
  next_ = 0;
  pending_ = 0;
}

void GridWriter::end_row(std::string_view note) {
  constexpr std::size_t indent = 6;
  end_line();
  if (!note.empty()) append_wrapped(out_, note, indent, look_.width.value_or(0));
}

std::string GridWriter::left_out() const {
  std::string names;
  for (std::size_t i = 0; i < headings_.size(); ++i) {
    const bool shown =
        std::any_of(shares_.begin(), shares_.end(), [&](const Share& share) { return share.column == i; });
    if (!shown) names.append(names.empty() ? "too narrow for " : ", ").append(headings_[i].text);
  }
  if (display_width(names) > *look_.width) names = shortened(names, *look_.width, Cut::end);
  return names.empty() ? names : names + '\n';
}

void GridWriter::finish() {
  if (look_.width) out_ += left_out();
}

}  // namespace render
