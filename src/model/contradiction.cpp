// SPDX-License-Identifier: MIT
#include "model/contradiction.hpp"

#include <algorithm>
#include <map>

namespace portscope {

namespace {

/// A socket may have several holders, and two ends.
constexpr auto many_valued = {FieldId::port, FieldId::src, FieldId::dst, FieldId::pid, FieldId::age};

/// What one condition says of something that every socket has one of.
struct Claim {
  FieldId about;
  Numbers values;
};

std::optional<Claim> claim_of(const Condition& condition) {
  if (const auto* targets = std::get_if<std::vector<Target>>(&condition.values)) {
    if (condition.field != FieldId::target || targets->size() != 1 || !targets->front().ports) return std::nullopt;
    return Claim{FieldId::sport, {{targets->front().ports->first, targets->front().ports->last}}};
  }
  const auto* numbers = std::get_if<Numbers>(&condition.values);
  const bool many = std::find(many_valued.begin(), many_valued.end(), condition.field) != many_valued.end();
  if (numbers == nullptr || many) return std::nullopt;
  return Claim{condition.field, *numbers};
}

Numbers common(const Numbers& a, const Numbers& b) {
  Numbers result;
  for (const NumberRange& x : a) {
    for (const NumberRange& y : b) {
      const NumberRange both{std::max(x.first, y.first), std::min(x.last, y.last)};
      if (both.first <= both.last) result.push_back(both);
    }
  }
  return result;
}

}  // namespace

namespace {

using Pair = std::pair<std::string, std::string>;

/// One branch that can be is enough.
std::optional<Pair> in_every_branch(const std::vector<Expression>& branches) {
  std::optional<Pair> first;
  for (const Expression& branch : branches) {
    auto pair = contradiction(branch);
    if (!pair) return std::nullopt;
    if (!first) first = std::move(pair);
  }
  return first;
}

struct Known {
  Numbers left;
  std::string typed;
};

std::optional<Pair> among(const std::vector<Expression>& terms) {
  std::map<FieldId, Known> known;
  for (const Expression& term : terms) {
    if (auto inner = contradiction(term)) return inner;
    const auto claim = term.kind == Expression::Kind::condition ? claim_of(term.condition) : std::nullopt;
    if (!claim) continue;
    const auto [place, is_new] = known.try_emplace(claim->about, Known{claim->values, term.condition.typed});
    if (is_new) continue;
    place->second.left = common(place->second.left, claim->values);
    if (place->second.left.empty()) return Pair(place->second.typed, term.condition.typed);
    constexpr std::size_t enough = 1000;
    if (place->second.left.size() > enough) known.erase(place);
  }
  return std::nullopt;
}

}  // namespace

std::optional<Pair> contradiction(const Expression& expression) {
  if (expression.kind == Expression::Kind::all_of) return among(expression.parts);
  if (expression.kind == Expression::Kind::any_of) return in_every_branch(expression.parts);
  return std::nullopt;
}

}  // namespace portscope
