// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "model/nearest.hpp"
#include "model/query_parser.hpp"
#include "model/service_names.hpp"
#include "model/target_reader.hpp"
#include "model/vocabulary.hpp"

namespace portscope {

namespace {

// Longer signs first, so that `>=` is not read as `>`.
constexpr auto signs = std::to_array<Operator>({{"=~", Comparison::matches},
                                                {"==", Comparison::equal},
                                                {"=", Comparison::equal},
                                                {"!=", Comparison::equal, true},
                                                {"!~", Comparison::matches, true},
                                                {"~", Comparison::matches},
                                                {"<=", Comparison::less_equal},
                                                {">=", Comparison::greater_equal},
                                                {"<", Comparison::less},
                                                {">", Comparison::greater}});
constexpr auto words = std::to_array<Operator>({{"eq", Comparison::equal},
                                                {"ne", Comparison::equal, true},
                                                {"neq", Comparison::equal, true},
                                                {"lt", Comparison::less},
                                                {"le", Comparison::less_equal},
                                                {"leq", Comparison::less_equal},
                                                {"gt", Comparison::greater},
                                                {"ge", Comparison::greater_equal},
                                                {"geq", Comparison::greater_equal}});
constexpr std::array<std::string_view, 4> groups{"connected", "synchronized", "bucket", "big"};
constexpr std::array<std::string_view, 5> grammar{"and", "or", "not", "in", "exclude"};

template <class List>
bool contains(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

/// A word of letters is no target but a word we do not know.
bool is_plain_word(std::string_view word) {
  const auto is_letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; };
  return !word.empty() && is_letter(word.front()) &&
         std::all_of(word.begin(), word.end(), [&](char c) { return is_letter(c) || c == '-' || c == '_'; });
}

}  // namespace

bool QueryParser::sees_operator() {
  const bool sign =
      std::any_of(signs.begin(), signs.end(), [&](const Operator& op) { return scanner_.sees(op.spelling); });
  const QueryToken word = scanner_.peek();
  return sign || (!word.quoted && std::any_of(words.begin(), words.end(),
                                              [&](const Operator& op) { return op.spelling == word.text; }));
}

std::optional<Operator> QueryParser::take_operator() {
  const std::string_view here = scanner_.here();
  for (const Operator& op : signs) {
    if (!scanner_.take(op.spelling)) continue;
    latest_ = here.substr(0, op.spelling.size());
    return op;
  }
  for (const Operator& op : words) {
    if (take_word(op.spelling)) return op;
  }
  return std::nullopt;
}

void QueryParser::fail_unknown(const QueryToken& word) {
  auto known = query_words();
  const auto& transports = Names<Transport>::list;
  known.insert(known.end(), transports.begin(), transports.end());
  std::string hint = did_you_mean(word.text, known);
  // ss has it; of IP sockets it is told by nothing but a test in the kernel, which ss makes stricter by the range of
  // ports.
  if (word.text == "autobound")
    hint = "; ports that the kernel chooses are those of net.ipv4.ip_local_port_range: 'sport 32768-60999'";
  if (parse_state(word.text)) hint = "; for a state write 'state " + word.text + "'";
  if (service_port(word.text)) hint = "; for a service write 'port = " + word.text + "'";
  if (sees_operator()) scanner_.fail("'" + word.text + "' is no field of a filter" + hint, word.place);
  scanner_.fail("'" + word.text + "' is no port, address, path or filter word" + hint, word.place);
}

/// Where a condition must begin.
void QueryParser::refuse_sign() {
  const std::string_view sign = scanner_.here().substr(0, 1);
  if (sign == ")" && !latest_.empty()) fail_missing("a condition", latest_);
  if (sign == ")") scanner_.fail("there is no ( for this )", sign);
  const std::string hint = sign == "," ? "; a list is written as in 'sport in (80,443)'" : "";
  scanner_.fail("a condition cannot begin with '" + std::string(sign) + "'" + hint, sign);
}

Expression QueryParser::primary() {
  if (scanner_.at_end()) fail_missing("a condition", latest_);
  if (scanner_.sees("(")) return parenthesis();
  const QueryToken word = scanner_.next();
  if (word.place.empty()) refuse_sign();
  latest_ = word.place;
  if (word.is("state") || word.is("exclude")) return state_word(word);
  const FilterField* field = word.quoted ? nullptr : find_field(word.text);
  if (field != nullptr) return condition(*field, word);
  if (!word.quoted && contains(groups, word.text)) return single(FieldId::state, word.text, word.place);
  if (!word.quoted && vocabulary_of(FieldId::proto).read(word.text) && word.text != "inet")
    return single(FieldId::proto, word.text, word.place);
  if (contains(grammar, word.text) && !word.quoted) fail_missing("a condition", {});
  if (!word.quoted && (is_plain_word(word.text) || sees_operator())) fail_unknown(word);
  Condition target;
  target.typed = std::string(word.place);
  target.values = std::vector<Target>{read_target(scanner_, word)};
  return make_condition(std::move(target));
}

Expression QueryParser::single(const FieldId& field, std::string_view value, std::string_view place) {
  Condition condition;
  condition.field = field;
  condition.typed = std::string(place);
  condition.values = vocabulary_of(field).read(value).value_or(Numbers{});
  return make_condition(std::move(condition));
}

/// ss has them before its filter, with no operator; as a field `state` takes the usual ones too.
Expression QueryParser::state_word(const QueryToken& word) {
  const FilterField& field = *find_field("state");
  if (word.is("state")) return condition(field, word);
  scanner_.take("=");
  const QueryToken value = scanner_.next();
  if (value.place.empty()) fail_missing("a state", word.place);
  latest_ = value.place;
  Condition excluded;
  excluded.field = FieldId::state;
  excluded.typed = std::string(since(word.place));
  read_value(scanner_, value, field, Comparison::equal, excluded);
  return make_negation(make_condition(std::move(excluded)));
}

void QueryParser::refuse_misspelled_operator() {
  constexpr auto misspelled = std::to_array<std::pair<std::string_view, std::string_view>>(
      {{"===", "="}, {"=>", ">="}, {"=<", "<="}, {"<>", "!="}, {"=!", "!="}});
  for (const auto& [wrong, right] : misspelled) {
    if (!scanner_.sees(wrong)) continue;
    scanner_.fail("'" + std::string(wrong) + "' is no comparison; did you mean " + std::string(right) + "?",
                  scanner_.here().substr(0, wrong.size()));
  }
}

void QueryParser::check_operator(const FilterField& field, const Operator& op, std::string_view place) const {
  if (allows(field.syntax, op.comparison)) return;
  std::string allowed;
  for (const Operator& sign : signs) {
    if (sign.spelling != "==" && allows(field.syntax, sign.comparison)) allowed.append(" ").append(sign.spelling);
  }
  scanner_.fail(std::string(field.name) + " is not compared by '" + std::string(op.spelling) + "', but by" + allowed,
                place);
}

Expression QueryParser::condition(const FilterField& field, const QueryToken& word) {
  const bool is_list = scanner_.peek().is("in");
  if (is_list) {
    take_word("in");
    return list(field, word);
  }
  if (scanner_.peek().is("not")) {
    take_word("not");
    if (!take_word("in")) fail_missing("in (...)", latest_);
    return make_negation(list(field, word));
  }
  refuse_misspelled_operator();
  auto op = take_operator().value_or(Operator{.spelling = "=", .comparison = Comparison::equal});
  // `proc = ~regex`
  if (op.comparison == Comparison::equal && allows(field.syntax, Comparison::matches) && scanner_.take("~")) {
    op.comparison = Comparison::matches;
  }
  check_operator(field, op, latest_);
  const QueryToken value = scanner_.next_value(op.comparison == Comparison::matches ? ValueEnd::nothing
                                               : field.syntax == Syntax::text       ? ValueEnd::junctions
                                                                                    : ValueEnd::operators);
  if (value.place.empty()) fail_missing(std::string(description_of(field)), since(word.place));
  latest_ = value.place;
  Condition result;
  result.field = field.id;
  read_value(scanner_, value, field, op.comparison, result);
  result.typed = std::string(since(word.place));
  Expression one = make_condition(std::move(result));
  return op.negated ? make_negation(std::move(one)) : one;
}

/// `in (a, b, c)`.
Expression QueryParser::list(const FilterField& field, const QueryToken& word) {
  const std::string_view open = scanner_.here().substr(0, 1);
  if (!scanner_.take("(")) fail_missing("a list in parentheses, such as (1,2),", latest_);
  Condition result;
  result.field = field.id;
  do {
    const QueryToken value = scanner_.next_value(ValueEnd::comma);
    if (value.place.empty()) scanner_.fail(std::string(description_of(field)) + " is missing in the list", open);
    latest_ = value.place;
    read_value(scanner_, value, field, Comparison::equal, result);
  } while (scanner_.take(","));
  const std::string_view close = scanner_.here().substr(0, 1);
  if (!scanner_.take(")")) scanner_.fail("the list is not closed by )", open);
  latest_ = close;
  result.typed = std::string(since(word.place));
  return make_condition(std::move(result));
}

std::vector<std::string_view> query_words() {
  std::vector<std::string_view> known(grammar.begin(), grammar.end());
  known.insert(known.end(), groups.begin(), groups.end());
  for (const FilterField& field : filter_fields()) known.push_back(field.name);
  std::erase(known, "");
  return known;
}

}  // namespace portscope
