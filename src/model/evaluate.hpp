// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>

#include "portscope/expression.hpp"

namespace portscope {

/// What the expression comes to when `decide` says of each condition whether it holds.
template <class Decide>
Truth evaluate(const Expression& expression, const Decide& decide) {
  switch (expression.kind) {
    case Expression::Kind::condition:
      return decide(expression.condition);
    case Expression::Kind::negation:
      return opposite(evaluate(expression.parts.front(), decide));
    case Expression::Kind::all_of: {
      Truth result = Truth::yes;
      for (const Expression& part : expression.parts) {
        result = std::min(result, evaluate(part, decide));
        if (result == Truth::no) break;
      }
      return result;
    }
    case Expression::Kind::any_of: {
      Truth result = Truth::no;
      for (const Expression& part : expression.parts) {
        result = std::max(result, evaluate(part, decide));
        if (result == Truth::yes) break;
      }
      return result;
    }
  }
  return Truth::maybe;
}

}  // namespace portscope
