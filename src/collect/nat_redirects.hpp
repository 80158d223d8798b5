// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <vector>

#include "portscope/bind.hpp"
#include "sys/diag.hpp"
#include "sys/proc.hpp"
#include "sys/xtables.hpp"

namespace collect {

/// Who is asked for rules.
struct RuleDoors {
  sys::Dumps& netfilter;
  const sys::XtTables& xtables;
};

/// What was found, and why not all of it could be.
struct Redirects {
  std::vector<portscope::NatRedirect> redirects{};
  std::optional<portscope::Gap> gap{};
};

/// Where the NAT rules of this network namespace send what comes to the port of these attempts.
Redirects find_redirects(const std::vector<portscope::BindAttempt>& attempts, const RuleDoors& doors,
                         const sys::Proc& proc);

}  // namespace collect
