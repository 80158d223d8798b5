// SPDX-License-Identifier: MIT
#include "portscope/target.hpp"

#include "portscope/index.hpp"

namespace portscope {

namespace {

bool lies_in(const Prefix& prefix, const AnyEndpoint& end) {
  const Endpoint* ip = inet(end);
  return ip != nullptr && prefix.contains(ip->address);
}

bool matches_inet(const Target& target, const Socket& socket) {
  // /proc does not tell the scope, so there every one may be meant.
  const bool scope_told = socket.source == Source::netlink;
  if (!target.interface.empty() && scope_told && socket.interface != target.interface_index) return false;
  if (target.ports) {
    const auto port = port_of(socket.local);
    if (!port || !target.ports->contains(*port)) return false;
    if (!target.address) return true;
    if (target.address->is_single_address()) return covers(socket, target.address->address);
    return lies_in(*target.address, socket.local);
  }
  if (target.address) return lies_in(*target.address, socket.local) || lies_in(*target.address, socket.peer);
  return true;
}

bool matches_unix(const Target& target, const Socket& socket, const StringPool& strings) {
  const bool abstract = target.abstract_name.has_value();
  const std::string& wanted = abstract ? *target.abstract_name : *target.path;
  const auto is_wanted = [&](const AnyEndpoint& end) {
    const UnixEndpoint* name = unix_end(end);
    return name != nullptr && name->name != StringId::none && name->abstract == abstract &&
           strings.text(name->name) == wanted;
  };
  return is_wanted(socket.local) || is_wanted(socket.peer);
}

}  // namespace

bool Target::matches(const Socket& socket, const StringPool& strings) const {
  if (transport && *transport != socket.transport) return false;
  if (path || abstract_name) return matches_unix(*this, socket, strings);
  return matches_inet(*this, socket);
}

}  // namespace portscope
