// SPDX-License-Identifier: MIT
#include "model/query_parser.hpp"

#include <algorithm>

#include "model/contradiction.hpp"

namespace portscope {

bool QueryParser::take_word(std::string_view word) {
  if (!scanner_.peek().is(word)) return false;
  latest_ = scanner_.next().place;
  return true;
}

/// The sign, or the word.
bool QueryParser::take_and() {
  const std::string_view here = scanner_.here().substr(0, 2);
  if (scanner_.take("&&") || scanner_.take("&")) {
    latest_ = here.substr(0, here == "&&" ? 2 : 1);
    return true;
  }
  return take_word("and");
}

bool QueryParser::take_or() {
  const std::string_view here = scanner_.here().substr(0, 2);
  if (scanner_.take("||") || scanner_.take("|")) {
    latest_ = here.substr(0, here == "||" ? 2 : 1);
    return true;
  }
  return take_word("or");
}

/// What was typed from there to the latest word.
std::string_view QueryParser::since(std::string_view begin) const {
  return {begin.data(), static_cast<std::size_t>(latest_.data() + latest_.size() - begin.data())};
}

void QueryParser::fail_missing(const std::string& what, std::string_view behind) {
  if (behind.empty()) scanner_.fail(what + " is missing", scanner_.here().substr(0, 1));
  scanner_.fail(what + " must follow '" + std::string(behind) + "'", behind);
}

Expression QueryParser::parse() {
  if (scanner_.at_end()) return {};
  std::vector<Expression> parts = leading_states();
  if (!scanner_.at_end()) parts.push_back(any_of());
  Expression result = make_all_of(std::move(parts));
  if (scanner_.sees(")")) scanner_.fail("there is no ( for this )", scanner_.here().substr(0, 1));
  if (!scanner_.at_end()) {
    const QueryToken word = scanner_.peek();
    scanner_.fail("a filter cannot go on like this", word.place.empty() ? scanner_.here().substr(0, 1) : word.place);
  }
  refuse_contradiction(result);
  return result;
}

/// `8080 9090` would be an empty list for ever.
void QueryParser::refuse_contradiction(const Expression& expression) const {
  const auto pair = contradiction(expression);
  if (!pair) return;
  const std::size_t begin = std::min(scanner_.text().rfind(pair->second), scanner_.text().size());
  scanner_.fail("no socket is both, and terms side by side must all hold; for either write '" + pair->first + " or " +
                    pair->second + "'",
                std::string_view(scanner_.text()).substr(begin, pair->second.size()));
}

Expression QueryParser::any_of() {
  std::vector<Expression> parts;
  do {
    parts.push_back(all_of());
  } while (take_or());
  return make_any_of(std::move(parts));
}

/// `state` words side by side unite, as in ss.
void QueryParser::add_term(std::vector<Expression>& parts, Expression term, bool unites) {
  if (!unites) {
    parts.push_back(std::move(term));
    return;
  }
  auto& states = std::get<Numbers>(parts.back().condition.values);
  const auto& more = std::get<Numbers>(term.condition.values);
  states.insert(states.end(), more.begin(), more.end());
  parts.back().condition.typed += " " + term.condition.typed;
}

/// ss has its state words before the filter, and they hold for all of it: in `state established
/// dport = 9 or sport = 8080` for both. What `and` or `or` joins to the rest is a term of it.
std::vector<Expression> QueryParser::leading_states() {
  std::vector<Expression> parts;
  bool after_state = false;
  while (scanner_.peek().is("state") || scanner_.peek().is("exclude")) {
    Expression term = primary();
    const bool is_state = term.kind == Expression::Kind::condition;
    add_term(parts, std::move(term), is_state && after_state);
    after_state = is_state;
  }
  if (!sees_junction()) return parts;
  scanner_.go_back(0);
  return {};
}

bool QueryParser::sees_junction() {
  const QueryToken word = scanner_.peek();
  return scanner_.sees("|") || scanner_.sees("&") || word.is("or") || word.is("and");
}

/// Terms side by side are ANDed.
Expression QueryParser::all_of() {
  std::vector<Expression> parts;
  bool after_state = false;
  while (true) {
    const bool is_state = scanner_.peek().is("state");
    Expression term = negation();
    const bool is_condition = term.kind == Expression::Kind::condition;
    add_term(parts, std::move(term), is_state && is_condition && after_state);
    after_state = is_state && is_condition;
    if (take_and()) {
      after_state = false;
      continue;
    }
    const bool ends = scanner_.at_end() || scanner_.sees(")") || scanner_.sees("|") || scanner_.peek().is("or");
    if (ends) return make_all_of(std::move(parts));
  }
}

Expression QueryParser::negation() {
  const std::string_view here = scanner_.here();
  const bool negated = (!scanner_.sees("!=") && !scanner_.sees("!~") && scanner_.take("!"));
  if (negated) latest_ = here.substr(0, 1);
  if (!negated && !take_word("not")) return primary();
  constexpr int deepest = 200;
  if (++depth_ > deepest) scanner_.fail("this is nested too deeply", latest_);
  Expression part = negation();
  --depth_;
  return make_negation(std::move(part));
}

Expression QueryParser::parenthesis() {
  const std::string_view open = scanner_.here().substr(0, 1);
  scanner_.take("(");
  latest_ = open;
  constexpr int deepest = 200;
  if (++depth_ > deepest) scanner_.fail("this is nested too deeply", open);
  if (scanner_.sees(")")) scanner_.fail("there is nothing between the parentheses", open);
  Expression inside = any_of();
  --depth_;
  const std::string_view close = scanner_.here().substr(0, 1);
  if (!scanner_.take(")")) {
    if (scanner_.at_end()) scanner_.fail("the parenthesis ( is not closed", open);
    scanner_.fail("a ) is missing here", close);
  }
  latest_ = close;
  return inside;
}

Expression parse_query(std::span<const std::string> shell_words) {
  return QueryParser(QueryScanner(shell_words)).parse();
}

Expression parse_query(const std::string& text) {
  if (text.empty()) return {};
  return parse_query(std::span(&text, 1));
}

}  // namespace portscope
