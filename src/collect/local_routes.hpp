// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "portscope/address.hpp"
#include "portscope/bind.hpp"
#include "sys/diag.hpp"

namespace collect {

/// What the kernel delivers to sockets of this machine, and passes on to no other. Of both families.
struct LocalNetworks {
  std::vector<portscope::Prefix> own{};     ///< addresses, and networks of which every address is one; each once
  std::vector<portscope::Prefix> groups{};  ///< broadcast, multicast and anycast: to those come only datagrams
};

/// Everything that there is of a family: where nothing more is known.
portscope::Prefix any_address(portscope::Family family);

/// The addresses of the interfaces and what else the table `local` (ip-route(8)) has. A family whose table cannot be
/// read may have any address.
LocalNetworks local_networks(const std::vector<portscope::LocalAddress>& interfaces, sys::Dumps& routes);

}  // namespace collect
