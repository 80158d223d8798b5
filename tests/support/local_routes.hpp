// SPDX-License-Identifier: MIT
// Routes of type local, as the kernel tells them.
#pragma once

#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "portscope/address.hpp"
#include "sys/diag.hpp"

namespace fake {

/// The door to NETLINK_ROUTE. It sends the routes of all families and tables, as a kernel does that was not asked
/// strictly.
class LocalRoutes : public sys::Dumps {
 public:
  LocalRoutes& add(const std::string& network) {
    return add(network, network.find(':') == std::string::npos ? 32 : 128);
  }

  LocalRoutes& add(const std::string& network, std::uint8_t bits, std::uint8_t type = RTN_LOCAL,
                   std::uint8_t table = RT_TABLE_LOCAL) {
    const auto address = *portscope::Address::parse(network);
    rtmsg route{};
    route.rtm_family = address.is_ipv4() ? AF_INET : AF_INET6;
    route.rtm_dst_len = bits;
    route.rtm_table = table;
    route.rtm_type = type;
    const auto head = std::as_bytes(std::span(&route, 1));
    std::vector<std::byte> row(head.begin(), head.end());
    const auto all = std::as_bytes(std::span(address.bytes()));
    if (bits != 0) sys::append_attribute(row, RTA_DST, address.is_ipv4() ? all.last(4) : all);
    rows.push_back(std::move(row));
    return *this;
  }

  sys::DumpEnd dump(const sys::DiagRequest& request, const std::function<void(sys::Bytes)>& on_row) override {
    ++dumps;
    asked.push_back(sys::copy_from<rtmsg>(request.body));
    if (error != 0) return {error};
    for (const auto& row : rows) on_row(row);
    return {};
  }

  std::vector<std::vector<std::byte>> rows{};
  std::vector<rtmsg> asked{};
  int error = 0;
  int dumps = 0;
};

}  // namespace fake
