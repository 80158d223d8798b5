// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string_view>

#include "model/evaluate.hpp"
#include "portscope/bind.hpp"

namespace portscope {

/// An attempt and a socket that has the port already.
struct Meeting {
  const BindAttempt& attempt;
  const PortHolder& holder;
  bool has_listener = false;  ///< somebody listens on the holder's port, at an address that covers its own
  const NetSettings& settings;
};

/// One rule: when it is the one that a conflict comes from, and what it says.
struct BindRuleRow {
  BindRule rule;
  bool (*is_it)(const Meeting& meeting);  ///< null: the rule is not about a socket in the way
  std::string_view explanation;
};

/// THE table of bind rules; the first that fits a meeting names it.
std::span<const BindRuleRow> bind_rules();

/// Whether the two would have the port on a common address, and on a common interface. `maybe` where the row of the
/// holder does not tell.
Truth addresses_overlap(const BindAttempt& attempt, const PortHolder& holder);
Truth interfaces_overlap(const BindAttempt& attempt, const Socket& holder);

/// The rule of a meeting that is a conflict.
BindRule rule_of(const Meeting& meeting);

/// Kleene's logic.
inline Truth both(Truth a, Truth b) { return a < b ? a : b; }
inline Truth known(bool yes) { return yes ? Truth::yes : Truth::no; }
inline Truth truth_of(const std::optional<bool>& known) {
  return !known ? Truth::maybe : *known ? Truth::yes : Truth::no;
}

}  // namespace portscope
