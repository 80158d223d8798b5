// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "cli/wishes.hpp"
#include "portscope/bind.hpp"
#include "portscope/target.hpp"

namespace cli {

/// Where a program would bind: `8080`, `127.0.0.1:8080`, `[::]:8080/udp`, `tcp:eth0:80`, `[fe80::1%eth0]:80`. Its
/// interface is that of the address or, where a name stands in the place of the address, the one it is bound to.
/// Throws UsageError.
portscope::Target read_port_target(const std::string& word);

/// The transports that were asked for: by the target, else by options, else TCP. Throws UsageError for one that has no
/// ports.
std::vector<portscope::Transport> transports_for(const portscope::Target& target, const std::string& word,
                                                 const Wishes& wishes);

/// What a program would call for that target, as the options say it would: without an address both wildcards, as
/// servers use them (those of -4 and -6 alone, where asked for).
std::vector<portscope::BindAttempt> attempts_for(const portscope::Target& target, portscope::Transport transport,
                                                 const Wishes& wishes);

/// Throws UsageError for a format that is neither for people nor JSON. Whether it is JSON.
bool wants_json(const Wishes& wishes);

}  // namespace cli
