// SPDX-License-Identifier: MIT
#include "portscope/expression.hpp"

#include "model/evaluate.hpp"
#include "model/filter_fields.hpp"

namespace portscope {

namespace {

EnumSet<Need> needs_of(const Condition& condition) {
  const FilterField& field = field_of(condition);
  const bool as_text =
      std::holds_alternative<Texts>(condition.values) || std::holds_alternative<PatternRef>(condition.values);
  return as_text ? field.needs | field.text_needs : field.needs;
}

Truth holds(const Condition& condition, const Facts& facts) {
  const FilterField& field = field_of(condition);
  if (!arises(field, facts.socket)) return Truth::no;
  if (facts.snapshot == nullptr && !needs_of(condition).empty()) return Truth::maybe;
  return field.holds(condition, facts);
}

}  // namespace

Expression make_condition(Condition condition) {
  Expression result;
  result.kind = Expression::Kind::condition;
  result.condition = std::move(condition);
  return result;
}

Expression make_negation(Expression part) {
  Expression result;
  result.kind = Expression::Kind::negation;
  result.parts.push_back(std::move(part));
  return result;
}

Expression make_all_of(std::vector<Expression> parts) {
  if (parts.size() == 1) return std::move(parts.front());
  Expression result;
  result.parts = std::move(parts);
  return result;
}

Expression make_any_of(std::vector<Expression> parts) {
  if (parts.size() == 1) return std::move(parts.front());
  Expression result;
  result.kind = Expression::Kind::any_of;
  result.parts = std::move(parts);
  return result;
}

Truth holds(const Expression& expression, const Facts& facts) {
  return evaluate(expression, [&](const Condition& condition) { return holds(condition, facts); });
}

EnumSet<Need> needs_of(const Expression& expression) {
  EnumSet<Need> needs;
  each_condition(expression, [&](const Condition& condition) { needs |= needs_of(condition); });
  return needs;
}

UntoldField untold(FieldId id) {
  const FilterField& field = filter_fields()[static_cast<std::size_t>(id)];
  const bool is_address = field.syntax == Syntax::target || field.syntax == Syntax::end;
  return {is_address ? "the interface of an address" : field.name, field.untold.why, field.untold.remedy};
}

const Condition* undecided(const Expression& expression, const Facts& facts) {
  if (holds(expression, facts) != Truth::maybe) return nullptr;
  if (expression.kind == Expression::Kind::condition) return &expression.condition;
  for (const Expression& part : expression.parts) {
    if (const Condition* found = undecided(part, facts)) return found;
  }
  return nullptr;
}

}  // namespace portscope
