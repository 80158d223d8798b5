// SPDX-License-Identifier: MIT
#include "portscope/target.hpp"

#include <fnmatch.h>

#include <string>
#include <string_view>

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

}  // namespace

bool Target::matches(const Socket& socket, const StringPool& strings) const {
  if (transport && *transport != socket.transport) return false;
  if (has_name()) return is_name_of(socket.local, strings) || is_name_of(socket.peer, strings);
  return matches_inet(*this, socket);
}

bool Target::is_name_of(const AnyEndpoint& end, const StringPool& strings) const {
  const UnixEndpoint* name = unix_end(end);
  if (name == nullptr) return false;
  const std::string_view text = name->name != StringId::none ? strings.text(name->name) : std::string_view{};
  if (name_pattern) {
    const std::string shown = (name->abstract ? "@" : "") + std::string(text);
    return ::fnmatch(name_pattern->c_str(), shown.c_str(), FNM_CASEFOLD) == 0;
  }
  return name->name != StringId::none && name->abstract == abstract_name.has_value() &&
         text == (name->abstract ? *abstract_name : *path);
}

}  // namespace portscope
