// SPDX-License-Identifier: MIT
#include "model/judge.hpp"
#include "portscope/expression.hpp"

namespace portscope {

namespace {

/// Of several conditions that must all hold one is enough: another may hold of another holder.
std::vector<Condition> of_all(const std::vector<Expression>& parts) {
  for (const Expression& part : parts) {
    if (auto conditions = holder_conditions(part); !conditions.empty()) return conditions;
  }
  return {};
}

std::vector<Condition> of_any(const std::vector<Expression>& parts) {
  std::vector<Condition> all;
  for (const Expression& part : parts) {
    auto conditions = holder_conditions(part);
    if (conditions.empty()) return {};
    all.insert(all.end(), conditions.begin(), conditions.end());
  }
  return all;
}

}  // namespace

std::vector<Condition> holder_conditions(const Expression& expression) {
  switch (expression.kind) {
    case Expression::Kind::condition: {
      const FieldId field = expression.condition.field;
      if (field != FieldId::pid && field != FieldId::proc) return {};
      return {expression.condition};
    }
    case Expression::Kind::all_of:
      return of_all(expression.parts);
    case Expression::Kind::any_of:
      return of_any(expression.parts);
    case Expression::Kind::negation:
      return {};
  }
  return {};
}

bool holds_of_process(const Condition& condition, std::int32_t pid, std::string_view name) {
  Judge judge(condition);
  condition.field == FieldId::pid ? judge.number(static_cast<std::uint64_t>(pid)) : judge.text(name);
  return judge.verdict() == Truth::yes;
}

}  // namespace portscope
