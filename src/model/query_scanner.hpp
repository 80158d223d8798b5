// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "portscope/query.hpp"

namespace portscope {

/// A word of a filter.
struct QueryToken {
  std::string text;        ///< without its quotes
  std::string_view place;  ///< where it stands in the filter; empty at the end
  bool quoted = false;

  [[nodiscard]] bool is(std::string_view word) const { return !quoted && text == word; }
};

/// Where a value ends besides at a blank and at a parenthesis that it did not open.
enum class ValueEnd : std::uint8_t {
  operators,  ///< at `&`, `|` and the comparisons
  junctions,  ///< at `&` and `|`: a text may hold the others
  nothing,    ///< a regular expression may hold them all
  comma       ///< in a list
};

/// Cuts a filter into words, as they are asked for: what a word is depends on what may stand there.
class QueryScanner {
 public:
  /// The words of a shell, joined by blanks. One that begins with / or @ is a name and one word,
  /// blanks and all.
  explicit QueryScanner(std::span<const std::string> words);

  [[nodiscard]] bool at_end();
  /// Whether the next thing is this sign (`(`, `)`, `,`, `!`, `&`, ...), which is then taken.
  bool take(std::string_view sign);
  [[nodiscard]] bool sees(std::string_view sign);

  /// The next word, without taking it; it ends at blanks, signs and operators. Empty before a sign.
  QueryToken peek();
  QueryToken next();
  QueryToken next_value(ValueEnd end);

  /// What is left, or the end of the text, for messages.
  [[nodiscard]] std::string_view here();
  [[nodiscard]] const std::string& text() const { return text_; }

  /// Where the scanner stands, to come back to.
  [[nodiscard]] std::size_t position() const { return position_; }
  void go_back(std::size_t position) { position_ = position; }

  /// Throws QueryError with a mark under `place`, which is a part of the text.
  [[noreturn]] void fail(const std::string& what, std::string_view place) const;

 private:
  void skip_blanks();
  [[nodiscard]] bool is_name_here() const;
  QueryToken cut(std::size_t end);
  QueryToken quoted();
  [[nodiscard]] std::size_t end_of_name() const;

  std::string text_;
  std::vector<std::pair<std::size_t, std::size_t>> names_;  // words of the shell that are one name: begin, end
  std::size_t position_ = 0;
};

}  // namespace portscope
