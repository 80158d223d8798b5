// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "portscope/process.hpp"

namespace render {

/// RFC 3339 in UTC, to the microsecond: `2026-01-02T03:04:05.678901Z`.
std::string rfc3339(portscope::Time time);

}  // namespace render
