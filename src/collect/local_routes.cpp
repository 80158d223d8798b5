// SPDX-License-Identifier: MIT
#include "collect/local_routes.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <tuple>

namespace collect {

using portscope::Address;
using portscope::Prefix;

namespace {

constexpr std::uint8_t before_ipv4 = 96;

/// The network that a route is for. That of a default route is told by its length alone.
std::optional<Prefix> network_of(const rtmsg& route, sys::Bytes attributes) {
  constexpr std::uint8_t byte = 8;
  const sys::Bytes begin = sys::find_attribute(attributes, RTA_DST);
  const std::size_t size = route.rtm_family == AF_INET ? sizeof(in_addr) : sizeof(in6_addr);
  const bool is_whole = route.rtm_dst_len == 0 || begin.size() == size;
  if (!is_whole || route.rtm_dst_len > size * byte) return std::nullopt;
  if (route.rtm_family == AF_INET6)
    return Prefix{Address::ipv6(sys::copy_from<Address::Bytes>(begin)), route.rtm_dst_len};
  return Prefix{Address::ipv4(sys::copy_from<std::array<std::uint8_t, sizeof(in_addr)>>(begin)),
                static_cast<std::uint8_t>(before_ipv4 + route.rtm_dst_len)};
}

/// Kernels before 4.20 send the routes of all tables.
void add_route(sys::Bytes row, std::uint8_t family, LocalNetworks& networks) {
  const auto route = sys::copy_from<rtmsg>(row);
  if (row.size() < sizeof route || route.rtm_table != RT_TABLE_LOCAL || route.rtm_family != family) return;
  const auto network = network_of(route, row.subspan(sizeof route));
  if (!network) return;
  if (route.rtm_type == RTN_LOCAL) networks.own.push_back(*network);
  if (route.rtm_type == RTN_BROADCAST || route.rtm_type == RTN_ANYCAST) networks.groups.push_back(*network);
}

/// While nobody ever had an address there is no table (fib_get_table, net/ipv4/fib_frontend.c): ENOENT.
void read_routes(portscope::Family of, sys::Dumps& door, LocalNetworks& networks) {
  const std::uint8_t family = of == portscope::Family::ipv6 ? AF_INET6 : AF_INET;
  rtmsg wanted{};
  wanted.rtm_family = family;
  wanted.rtm_table = RT_TABLE_LOCAL;
  const auto end = door.dump({RTM_GETROUTE, std::as_bytes(std::span(&wanted, 1))},
                             [&](sys::Bytes row) { add_route(row, family, networks); });
  if (!end.ok() && end.error != ENOENT) networks.own.push_back(any_address(of));
}

/// Those for which no route has to be there (ip_route_input_rcu, net/ipv4/route.c; addrconf_add_mroute).
void add_multicast(LocalNetworks& networks) {
  constexpr std::uint8_t first = 224;
  constexpr std::uint8_t last = 239;
  constexpr std::uint8_t bits = 8;  // by whole bytes: a part of one cannot be known
  constexpr std::uint8_t all = 255;
  for (std::uint8_t byte = first; byte <= last; ++byte)
    networks.groups.push_back({Address::ipv4({byte, 0, 0, 0}), before_ipv4 + bits});
  networks.groups.push_back({Address::ipv4({all, all, all, all}), 128});
  networks.groups.push_back({Address::ipv6({all}), bits});
}

/// Many interfaces may have the same one, as that of a gateway on each bridge.
void keep_each_once(std::vector<Prefix>& networks) {
  std::sort(networks.begin(), networks.end(), [](const Prefix& one, const Prefix& other) {
    return std::tie(one.address, one.bits) < std::tie(other.address, other.bits);
  });
  networks.erase(std::unique(networks.begin(), networks.end()), networks.end());
}

}  // namespace

Prefix any_address(portscope::Family family) {
  return family == portscope::Family::ipv6 ? Prefix{Address{}, 0} : Prefix{Address::ipv4({}), before_ipv4};
}

/// An interface of a VRF has its addresses in another table; whose wildcard sockets take those too (tcp_l3mdev_accept)
/// is a matter of settings.
LocalNetworks local_networks(const std::vector<portscope::LocalAddress>& interfaces, sys::Dumps& routes) {
  LocalNetworks networks;
  for (const auto& interface : interfaces) networks.own.push_back({interface.prefix.address, 128});
  for (const auto family : {portscope::Family::ipv4, portscope::Family::ipv6}) read_routes(family, routes, networks);
  add_multicast(networks);
  keep_each_once(networks.own);
  keep_each_once(networks.groups);
  return networks;
}

}  // namespace collect
