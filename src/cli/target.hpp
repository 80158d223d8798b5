// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "portscope/selection.hpp"

namespace cli {

/// Reads one target: `8080`, `:8080`, `8000-8999`, `8080/tcp`, `tcp:8080`, `127.0.0.1:8080`,
/// `[::1]:22`, `*:80`, `10.0.0.0/8`, `10.0.0.0/8:443`, `::1`, `/run/x.sock`, `@abstract`.
/// Throws UsageError that marks the impossible part.
portscope::Target parse_target(const std::string& word);

}  // namespace cli
