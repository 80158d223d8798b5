// SPDX-License-Identifier: MIT
// CSV and TSV: one line a socket, whatever its names contain.
#include <algorithm>

#include "render/formats.hpp"

namespace render {

namespace {

/// Numbers and words of ours are what they look like; everything else may hold a name that
/// somebody chose.
bool may_be_hostile(const Cell& cell) {
  return !std::holds_alternative<std::uint64_t>(cell) && !std::holds_alternative<Numbers>(cell) &&
         !std::holds_alternative<Word>(cell);
}

/// A spreadsheet runs cells that begin like a formula (CWE-1236).
bool looks_like_formula(std::string_view text) {
  return !text.empty() && std::string_view("=+-@").find(text.front()) != std::string_view::npos;
}

/// Appends `text` as one field: quoted where the separator demands it (RFC 4180). Line breaks and
/// tabs are escaped already.
void append_field(std::string& out, std::string_view text, char separator) {
  const bool quoted = separator == ',' && text.find_first_of(",\"") != std::string_view::npos;
  if (!quoted) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

void append_cell(std::string& out, const Cell& cell, char separator) {
  if (is_blank(cell)) return;  // nothing is an empty field
  std::string text;
  append_text(text, cell, {});
  if (text == "-") return;
  if (separator == ',' && may_be_hostile(cell) && looks_like_formula(text)) text.insert(text.begin(), '\'');
  append_field(out, text, separator);
}

void write_separated(const View& view, const Sink& sink, char separator) {
  std::string out;
  const auto end_line = [&] {
    out.back() = '\n';  // over the last separator
    flush_if_large(out, sink);
  };
  if (view.look.header) {
    for (const Column* column : view.columns) {
      out += column->name;
      out += separator;
    }
    end_line();
  }
  for (const std::uint32_t row : view.order) {
    for (const Column* column : view.columns) {
      append_cell(out, column->cell(*view.snapshot, view.snapshot->sockets[row]), separator);
      out += separator;
    }
    end_line();
  }
  if (!out.empty()) sink(out);
}

}  // namespace

void write_csv(const View& view, const Sink& sink) { write_separated(view, sink, ','); }
void write_tsv(const View& view, const Sink& sink) { write_separated(view, sink, '\t'); }

}  // namespace render
