// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace portscope {

/// The port of a service, by any of its names, for TCP or else UDP (services(5)).
std::optional<std::uint16_t> service_port(const std::string& name);

/// The names of all services.
std::vector<std::string> service_names();

}  // namespace portscope
