// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "portscope/protocol.hpp"

namespace portscope {

/// The port of a service, by any of its names, for TCP or else UDP (services(5)).
std::optional<std::uint16_t> service_port(const std::string& name);

/// The names of all services.
std::vector<std::string> service_names();

/// What services are called, by port: read once, for to look one up means to read all of services(5).
class ServiceByPort {
 public:
  struct Entry {
    std::uint16_t port = 0;
    std::string protocol;  ///< `tcp`, `udp`
    std::string name;      ///< any bytes
  };
  /// Of several names for one port the first counts.
  explicit ServiceByPort(const std::vector<Entry>& entries);
  /// Those of this machine.
  static const ServiceByPort& here();

  [[nodiscard]] bool is_empty() const { return names_.empty(); }
  /// Empty when it has none.
  [[nodiscard]] std::string_view name(std::uint16_t port, Transport transport) const;

 private:
  std::map<std::pair<std::uint16_t, std::string>, std::string> names_;
};

}  // namespace portscope
