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
  sys::Dumps& routes;  ///< of rtnetlink(7)
};

/// What was found, and why not all of it could be.
struct Redirects {
  std::vector<portscope::NatRedirect> redirects{};  ///< the certain ones first
  std::optional<portscope::Gap> gap{};
};

/// Where the NAT rules of this network namespace send what comes to the port of these attempts. To the wildcard comes
/// what is for an address of this machine: of an interface, or by a local route.
Redirects find_redirects(const std::vector<portscope::BindAttempt>& attempts,
                         const std::vector<portscope::LocalAddress>& interfaces, const RuleDoors& doors,
                         const sys::Proc& proc);

}  // namespace collect
