// SPDX-License-Identifier: MIT
#include "watch/fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "render/quantity.hpp"
#include "render/text.hpp"

namespace watch {

using portscope::RateMeter;
using render::Trait;

namespace {

constexpr auto rate_fields = std::to_array<Field>({
    {nullptr, Figure::sent, "SENT/S", true, true, false, nullptr},
    {nullptr, Figure::received, "RECV/S", true, true, false, nullptr},
    {nullptr, Figure::lost, "LOST/S", true, true, true, nullptr},
    {nullptr, Figure::bars, "HISTORY", false, true, false, nullptr},
});

/// Bars as high as the latest rates, each to the highest of them.
std::string bars_of(const RateMeter::History& history, Charset charset) {
  constexpr std::array<std::string_view, 9> blocks{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  constexpr std::array<std::string_view, 9> letters{" ", ".", ".", ":", ":", "+", "+", "#", "#"};
  const auto& steps = charset == Charset::utf8 ? blocks : letters;
  const float highest = *std::max_element(history.begin(), history.end());
  std::string bars;
  if (highest <= 0) return bars;
  for (const float rate : history) {
    const auto step = static_cast<std::size_t>(std::ceil(rate / highest * static_cast<float>(steps.size() - 1)));
    bars += steps.at(std::min(step, steps.size() - 1));
  }
  return bars;
}

FieldText figure_of(Figure figure, const Content& content, const portscope::Socket& socket, Charset charset) {
  const auto rate = content.meter().of(socket);
  if (!rate) return {};
  if (figure == Figure::bars) {
    const auto* history = content.meter().history_of(socket);
    return {history != nullptr ? bars_of(*history, charset) : "", render::Emphasis::plain, false};
  }
  const bool is_listener = socket.state == portscope::State::listen;
  if (is_listener && figure != Figure::lost) return {};
  const double number = number_of(figure, *rate);
  const bool is_loss = figure == Figure::lost && number > 0;
  return {figure_text(figure, number), is_loss ? render::Emphasis::warning : render::Emphasis::plain, true};
}

/// `127.0.0.1:https`. The text of an IP end has its port behind the last colon.
void name_port(std::string& text, const render::End& end, const portscope::ServiceByPort& services) {
  const auto* ip = portscope::inet(*end.end);
  const std::size_t colon = text.rfind(':');
  if (ip == nullptr || colon == std::string::npos) return;
  const std::string_view name = services.name(ip->port, end.socket->transport);
  if (name.empty()) return;
  text.resize(colon + 1);
  render::append_visible(text, name);
}

}  // namespace

std::vector<Field> fields_for(const Question& question, const Wishes& wishes,
                              const portscope::ServiceByPort* services) {
  std::vector<Field> fields;
  for (const render::Column* column : question.columns) {
    if (column->traits.contains(Trait::beneath)) continue;
    fields.push_back({column, Figure::sent, column->heading, false, column->traits.contains(Trait::expendable),
                      !question.columns_chosen && column->traits.contains(Trait::if_filled), services});
  }
  if (!wishes.rates) return fields;
  // On a narrow terminal what stands farthest to the right goes first, and rates are worth more than that.
  const auto last = std::find_if(fields.rbegin(), fields.rend(), [](const Field& field) { return !field.expendable; });
  fields.insert(last.base(), rate_fields.begin(), rate_fields.end());
  return fields;
}

FieldText text_of(const Field& field, const Content& content, std::uint32_t row, Charset charset) {
  const auto& snapshot = content.snapshot();
  const auto& socket = snapshot.sockets[row];
  if (field.column == nullptr) return figure_of(field.figure, content, socket, charset);
  constexpr std::size_t pids_shown = 3;
  const render::Cell cell = field.column->cell(snapshot, socket);
  FieldText text;
  if (is_blank(cell)) return text;
  append_text(text.text, cell, {pids_shown});
  text.emphasis = emphasis(cell);
  if (const auto* end = std::get_if<render::End>(&cell)) {
    text.cut = render::Cut::middle;
    if (field.services != nullptr) name_port(text.text, *end, *field.services);
  }
  text.right_aligned = std::holds_alternative<std::uint64_t>(cell);
  return text;
}

double number_of(Figure figure, const portscope::Rate& rate) {
  switch (figure) {
    case Figure::sent:
      return rate.sent;
    case Figure::received:
      return rate.received;
    case Figure::lost:
      return rate.retransmits + rate.refused;
    case Figure::bars:
      return rate.sent + rate.received;
  }
  return 0;
}

std::string figure_text(Figure figure, double number) {
  std::string text;
  if (figure == Figure::lost) {
    constexpr double many = 10;
    return number > 0 && number < many ? fmt::format("{:.1f}", number) : fmt::format("{:.0f}", number);
  }
  if (figure != Figure::bars) render::append_amount(text, static_cast<std::uint64_t>(std::llround(number)));
  return text;
}

}  // namespace watch
