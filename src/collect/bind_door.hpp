// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "portscope/bind.hpp"
#include "sys/bind_probe.hpp"

namespace collect {

/// Gives the attempts what they name: interface and user, the caller's own where none is named. Throws QueryError.
void resolve_attempts(std::vector<portscope::BindAttempt>& attempts, const std::string& interface,
                      const std::string& user);

/// As the door wants it. `uid` is told only where somebody else is to bind.
sys::BindTry bind_try(const portscope::BindAttempt& attempt);

/// Whether a socket that is only bound could be given what was meant for others: then it must not be tried.
bool takes_traffic(const portscope::BindAttempt& attempt);

/// The errno of the first attempt that fails on that port, 0 when all succeed; an address family that this machine has
/// not does not count, as long as there is another.
int try_port(const std::vector<portscope::BindAttempt>& attempts, std::uint16_t port, const sys::BindDoor& door);

}  // namespace collect
