// SPDX-License-Identifier: MIT
// CSV and TSV: one line a socket, whatever its names contain.
#include "render/separated.hpp"

#include "render/char_set.hpp"
#include "render/formats.hpp"
#include "render/parts.hpp"

namespace render {

namespace {

/// A number or a word of ours is what it looks like; everything else may hold a name that somebody
/// chose.
bool may_be_hostile(const Cell& cell) {
  return !std::holds_alternative<std::uint64_t>(cell) && !std::holds_alternative<Word>(cell);
}

/// A spreadsheet runs cells that begin like a formula (CWE-1236).
bool looks_like_formula(std::string_view text) {
  static constexpr CharSet beginnings("=+-@");
  return !text.empty() && beginnings.contains(text.front());
}

/// As RFC 4180 has it.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out += '"';
}

}  // namespace

/// Line breaks and tabs are escaped in every text.
void append_field(std::string& out, const Cell& cell, char separator) {
  if (is_blank(cell)) return;  // nothing is an empty field
  const std::size_t at = out.size();
  append_text(out, cell, {});
  if (!may_be_hostile(cell)) return;
  const auto field = [&] { return std::string_view(out).substr(at); };
  if (field() == "-") return out.resize(at);
  if (separator != ',') return;
  static constexpr CharSet needs_quotes(",\"");
  if (looks_like_formula(field())) out.insert(at, 1, '\'');
  if (needs_quotes.occurs_in(field())) out.replace(at, std::string::npos, quoted(field()));
}

namespace {

void write_separated(const View& view, const Sink& sink, char separator) {
  std::string out;
  if (view.look.header) {
    for (const Column* column : view.columns) out.append(column->name) += separator;
    out.back() = '\n';  // over the last separator
  }
  write_in_parts(view, out, sink, [&](std::string& part, bool /*is_first*/) {
    return [&view, &part, separator](const portscope::Socket& socket) {
      for (const Column* column : view.columns) {
        append_field(part, column->cell(*view.snapshot, socket), separator);
        part += separator;
      }
      part.back() = '\n';
    };
  });
  if (!out.empty()) sink(out);
}

}  // namespace

void write_csv(const View& view, const Sink& sink) { write_separated(view, sink, ','); }
void write_tsv(const View& view, const Sink& sink) { write_separated(view, sink, '\t'); }

}  // namespace render
