// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "portscope/enum_set.hpp"
#include "portscope/need.hpp"
#include "portscope/target.hpp"

namespace portscope {

struct Snapshot;

/// Whether something holds of a socket; `maybe` where what it depends on cannot be known, or is
/// not known yet (Kleene's logic of three values).
enum class Truth : std::uint8_t { no, maybe, yes };

constexpr Truth opposite(Truth truth) {
  return truth == Truth::maybe ? truth : truth == Truth::yes ? Truth::no : Truth::yes;
}

/// What a condition asks about. THE table of them is in model/filter_fields.cpp.
enum class FieldId : std::uint8_t {
  target,
  state,
  proto,
  family,
  sport,
  dport,
  port,
  src,
  dst,
  dev,
  fwmark,
  cgroup,
  proc,
  exe,
  cmdline,
  pid,
  uid,
  user,
  unit,
  container,
  pod,
  netns,
  scope,
  direction,
  inode,
  cookie,
  age,
  rtt,
  retrans,
  bytes_sent,
  bytes_received,
  recv_queue,
  send_queue,
  drops
};

/// Numbers first..last, both included: ports, ids, bytes, microseconds, enumerators.
struct NumberRange {
  std::uint64_t first = 0;
  std::uint64_t last = UINT64_MAX;

  [[nodiscard]] bool contains(std::uint64_t number) const { return first <= number && number <= last; }
  bool operator==(const NumberRange&) const = default;
};
using Numbers = std::vector<NumberRange>;

/// Texts in which * and ? stand for any, as in a shell. Also names that stand for a number which
/// only the machine knows (interfaces, cgroups, users), until take_snapshot has looked them up.
using Texts = std::vector<std::string>;

/// A POSIX extended regular expression (regex(7)), compiled.
class Pattern;
using PatternRef = std::shared_ptr<const Pattern>;

/// Of a firewall mark: mark & mask == value.
struct MarkTest {
  std::uint32_t value = 0;
  std::uint32_t mask = UINT32_MAX;
  bool operator==(const MarkTest&) const = default;
};
using Marks = std::vector<MarkTest>;

/// "This field has one of these values." A comparison such as `< 5` is the range 0..4.
struct Condition {
  FieldId field = FieldId::target;
  std::variant<Numbers, Texts, PatternRef, std::vector<Target>, Marks> values;
  std::string typed;  ///< as it was written, for messages

  bool operator==(const Condition&) const = default;
};

/// A filter. all_of nothing holds of every socket, any_of nothing of none.
struct Expression {
  enum class Kind : std::uint8_t { all_of, any_of, negation, condition };

  Kind kind = Kind::all_of;
  std::vector<Expression> parts;  ///< of all_of and any_of; the one of a negation
  Condition condition;            ///< of Kind::condition

  [[nodiscard]] bool is_everything() const { return kind == Kind::all_of && parts.empty(); }
  bool operator==(const Expression&) const = default;
};

Expression make_condition(Condition condition);
Expression make_negation(Expression part);
Expression make_all_of(std::vector<Expression> parts);
Expression make_any_of(std::vector<Expression> parts);

/// A socket, and what is known around it.
struct Facts {
  const Socket& socket;
  const StringPool& strings;
  const Snapshot* snapshot = nullptr;  ///< null while the tables are read: then only the row is known
};

/// Whether the filter holds of the socket.
Truth holds(const Expression& expression, const Facts& facts);

/// What must be collected before the filter can be decided.
EnumSet<Need> needs_of(const Expression& expression);

/// The condition for which the filter is undecided of the socket; nullptr when it is decided.
const Condition* undecided(const Expression& expression, const Facts& facts);

/// The field of which something cannot be told, the errno that says why, and what would help; the
/// last two are empty where it is as with the owners.
struct UntoldField {
  std::string_view field;
  std::string_view why;
  std::string_view remedy;
};
UntoldField untold(FieldId id);

/// Conditions of which at least one must hold of a process that holds the socket; empty when the
/// filter does not say so. They ask only for what holds_of_process() needs.
std::vector<Condition> holder_conditions(const Expression& expression);
bool holds_of_process(const Condition& condition, std::int32_t pid, std::string_view name);

/// Calls `visit` with each condition of the expression, in the order they were written.
template <class AnyExpression, class Visit>
void each_condition(AnyExpression& expression, const Visit& visit) {
  if (expression.kind == Expression::Kind::condition) visit(expression.condition);
  for (auto& part : expression.parts) each_condition(part, visit);
}

}  // namespace portscope
