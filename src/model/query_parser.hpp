// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/query_scanner.hpp"
#include "model/query_values.hpp"

namespace portscope {

/// A comparison as it is written, and whether the opposite is meant.
struct Operator {
  std::string_view spelling;
  Comparison comparison;
  bool negated = false;
};

/// Makes an expression of a filter; the grammar stands in portscope-filter(7). How terms are joined is
/// in query_parser.cpp, what a term may be in query_terms.cpp.
class QueryParser {
 public:
  explicit QueryParser(QueryScanner scanner) : scanner_(std::move(scanner)) {}

  Expression parse();

 private:
  std::vector<Expression> leading_states();
  static void add_term(std::vector<Expression>& parts, Expression term, bool unites);
  bool sees_junction();
  Expression any_of();
  Expression all_of();
  Expression negation();
  Expression primary();
  Expression parenthesis();
  Expression state_word(const QueryToken& word);
  Expression condition(const FilterField& field, const QueryToken& word);
  Expression list(const FilterField& field, const QueryToken& word);
  static Expression single(const FieldId& field, std::string_view value, std::string_view place);
  bool take_word(std::string_view word);
  bool take_and();
  bool take_or();
  std::optional<Operator> take_operator();
  [[nodiscard]] bool sees_operator();
  void refuse_misspelled_operator();
  void check_operator(const FilterField& field, const Operator& op, std::string_view place) const;
  [[noreturn]] void refuse_sign();
  [[noreturn]] void fail_unknown(const QueryToken& word);
  [[noreturn]] void fail_missing(const std::string& what, std::string_view behind);
  [[nodiscard]] std::string_view since(std::string_view begin) const;
  void refuse_contradiction(const Expression& expression) const;

  QueryScanner scanner_;
  std::string_view latest_;  // the word before, for messages
  int depth_ = 0;
};

}  // namespace portscope
