// SPDX-License-Identifier: MIT
#include "model/service_names.hpp"

#include <arpa/inet.h>
#include <netdb.h>

namespace portscope {

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
  ::setservent(1);
  while (const servent* service = ::getservent()) names.emplace_back(service->s_name);
  ::endservent();
  return names;
}

}  // namespace portscope
