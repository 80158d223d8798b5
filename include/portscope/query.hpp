// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "portscope/expression.hpp"

namespace portscope {

/// A filter that means nothing, or asks for something impossible. Names the fault and its place.
class QueryError : public std::runtime_error {
 public:
  QueryError(const std::string& what, std::string text, std::size_t begin, std::size_t length)
      : std::runtime_error(what), text_(std::move(text)), begin_(begin), length_(length) {}

  [[nodiscard]] const std::string& text() const { return text_; }  ///< the filter
  [[nodiscard]] std::size_t begin() const { return begin_; }       ///< where in it the fault is
  [[nodiscard]] std::size_t length() const { return length_; }     ///< in bytes; at least 1 unless the text ends there

 private:
  std::string text_;
  std::size_t begin_;
  std::size_t length_;
};

/// Reads a filter, written as one text or in several words (of a shell), as portscope-filter(7)
/// tells. No word at all is a filter that holds of everything. Names of interfaces, cgroups and
/// users are taken as they are; names of services are looked up (getservbyname(3)). Throws
/// QueryError.
Expression parse_query(std::span<const std::string> words);
Expression parse_query(const std::string& text);

/// The words that a filter may hold: fields, operators, groups. For completion.
std::vector<std::string_view> query_words();

}  // namespace portscope
