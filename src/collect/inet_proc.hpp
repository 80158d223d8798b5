// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string_view>

#include "portscope/socket.hpp"

namespace collect {

/// One line of /proc/net/tcp and its like (proc(5)); nothing when it has another shape.
std::optional<portscope::Socket> parse_inet_line(portscope::Transport transport, std::string_view line);

}  // namespace collect
