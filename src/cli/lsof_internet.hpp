// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "cli/tail.hpp"

namespace cli {

/// Whether it is what lsof(8) takes behind -i: `[46][PROTOCOL][@ADDRESS][:PORT,...]`, and not empty.
bool is_lsof_internet(std::string_view text);

/// The protocol that it begins with, in lower case; empty when there is none. lsof takes them in any case.
std::string_view lsof_protocol(std::string_view text);

/// What stood behind -i.
struct LsofInternet {
  std::string filter;  ///< in the filter language: `proto = tcp and port = 80`; lsof looks at both ends
  std::string target;  ///< how it is asked for here by hand: `tcp:80`, the local end
};

/// Throws UsageError for a port or an address that cannot be.
LsofInternet read_lsof_internet(const Tail& tail);

}  // namespace cli
