// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/service_names.hpp"
#include "render/columns.hpp"
#include "render/grid_writer.hpp"
#include "watch/content.hpp"
#include "watch/wishes.hpp"

namespace watch {

/// What is shown of rates, as numbers a second and as small bars.
enum class Figure : std::uint8_t { sent, received, lost, bars };

/// A column of the live view: one of the list, or one of the rates.
struct Field {
  const render::Column* column = nullptr;
  Figure figure = Figure::sent;  ///< when it is no column
  std::string_view heading;
  bool right_aligned = false;
  bool expendable = false;
  bool if_filled = false;                              ///< left out while no row has anything in it
  const portscope::ServiceByPort* services = nullptr;  ///< whose names stand for ports

  bool operator==(const Field& other) const { return column == other.column && figure == other.figure; }
};

/// The columns for a question; those that stand beneath their row have no place here, but in the details. With
/// `services`, ports have names.
std::vector<Field> fields_for(const Question& question, const Wishes& wishes,
                              const portscope::ServiceByPort* services = nullptr);

/// Characters beyond ASCII may be shown.
enum class Charset : std::uint8_t { ascii, utf8 };

/// The text of a field, harmless; empty where there is nothing to say.
struct FieldText {
  std::string text;
  render::Emphasis emphasis = render::Emphasis::plain;
  bool right_aligned = false;
  render::Cut cut = render::Cut::end;
};
FieldText text_of(const Field& field, const Content& content, std::uint32_t row, Charset charset);

/// The number of a figure in a rate; for sorting and sums.
double number_of(Figure figure, const portscope::Rate& rate);
/// Such a number for people; empty of 0 for bars.
std::string figure_text(Figure figure, double number);

}  // namespace watch
