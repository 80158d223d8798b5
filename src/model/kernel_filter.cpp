// SPDX-License-Identifier: MIT
#include "portscope/kernel_filter.hpp"

#include <algorithm>
#include <iterator>

#include "model/lower.hpp"

namespace portscope {

namespace {

using Kind = KernelFilter::Kind;

KernelFilter always() { return {}; }
KernelFilter never() { return {Kind::never, {}, {}}; }

/// `sign` is no: what holds wherever the expression does not.
KernelFilter relax(const Expression& expression, Truth sign, Transport transport) {
  const bool positive = sign == Truth::yes;
  switch (expression.kind) {
    case Expression::Kind::condition: {
      const Lowered lowered = lower(expression.condition, transport);
      if (positive) return lowered.weaker;
      return lowered.exact ? negated(lowered.weaker) : always();
    }
    case Expression::Kind::negation:
      return relax(expression.parts.front(), positive ? Truth::no : Truth::yes, transport);
    case Expression::Kind::all_of:
    case Expression::Kind::any_of: {
      std::vector<KernelFilter> parts;
      for (const Expression& part : expression.parts) parts.push_back(relax(part, sign, transport));
      const bool all = (expression.kind == Expression::Kind::all_of) == positive;
      return combined(all ? Kind::all_of : Kind::any_of, std::move(parts));
    }
  }
  return always();
}

}  // namespace

KernelFilter combined(Kind kind, std::vector<KernelFilter> parts) {
  const Kind neutral = kind == Kind::all_of ? Kind::always : Kind::never;
  const Kind deciding = kind == Kind::all_of ? Kind::never : Kind::always;
  std::erase_if(parts, [&](const KernelFilter& part) { return part.kind == neutral; });
  if (parts.empty()) return {neutral, {}, {}};
  if (parts.size() == 1) return std::move(parts.front());
  const bool is_decided =
      std::any_of(parts.begin(), parts.end(), [&](const KernelFilter& part) { return part.kind == deciding; });
  if (is_decided) return {deciding, {}, {}};
  return {kind, std::move(parts), {}};
}

KernelFilter negated(const KernelFilter& filter) {
  switch (filter.kind) {
    case Kind::always:
      return never();
    case Kind::never:
      return always();
    case Kind::test:
      return {Kind::not_test, {}, filter.test};
    case Kind::not_test:
      return {Kind::test, {}, filter.test};
    case Kind::all_of:
    case Kind::any_of: {
      std::vector<KernelFilter> parts;
      std::transform(filter.parts.begin(), filter.parts.end(), std::back_inserter(parts), negated);
      return combined(filter.kind == Kind::all_of ? Kind::any_of : Kind::all_of, std::move(parts));
    }
  }
  return always();
}

KernelFilter kernel_filter(const Expression& filter, Transport transport) {
  return relax(filter, Truth::yes, transport);
}

}  // namespace portscope
