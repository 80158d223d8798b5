// SPDX-License-Identifier: MIT
#include "model/service_names.hpp"

#include <arpa/inet.h>
#include <netdb.h>

namespace portscope {

namespace {

std::vector<ServiceByPort::Entry> read_services() {
  std::vector<ServiceByPort::Entry> entries;
  ::setservent(1);
  while (const servent* service = ::getservent())
    entries.push_back({ntohs(static_cast<std::uint16_t>(service->s_port)), service->s_proto, service->s_name});
  ::endservent();
  return entries;
}

/// Which protocol's services it carries.
std::string_view protocol_of(Transport transport) {
  if (transport == Transport::mptcp) return "tcp";
  if (transport == Transport::udplite) return "udp";
  return portscope::name(transport);
}

}  // namespace

std::optional<std::uint16_t> service_port(const std::string& name) {
  for (const char* protocol : {"tcp", "udp"}) {
    if (const servent* service = ::getservbyname(name.c_str(), protocol)) {
      return ntohs(static_cast<std::uint16_t>(service->s_port));
    }
  }
  return std::nullopt;
}

std::vector<std::string> service_names() {
  std::vector<std::string> names;
  for (auto& entry : read_services()) names.push_back(std::move(entry.name));
  return names;
}

ServiceByPort::ServiceByPort(const std::vector<Entry>& entries) {
  for (const Entry& entry : entries) names_.emplace(std::pair(entry.port, entry.protocol), entry.name);
}

const ServiceByPort& ServiceByPort::here() {
  static const ServiceByPort services(read_services());
  return services;
}

std::string_view ServiceByPort::name(std::uint16_t port, Transport transport) const {
  const auto found = names_.find(std::pair(port, std::string(protocol_of(transport))));
  return found != names_.end() ? std::string_view(found->second) : std::string_view();
}

}  // namespace portscope
