// SPDX-License-Identifier: MIT
#include "collect/nat_ways.hpp"

#include <netinet/in.h>

#include <algorithm>
#include <utility>

namespace collect {

using portscope::Address;
using portscope::BindAttempt;
using portscope::Prefix;
using portscope::Transport;
using From = portscope::NatRedirect::From;

namespace {

std::uint8_t ip_protocol_of(Transport transport) {
  if (transport == Transport::udplite) return IPPROTO_UDPLITE;
  return transport == Transport::udp ? IPPROTO_UDP : IPPROTO_TCP;
}

/// To the addresses of the loopback interface nothing comes from outside: it would be a martian.
bool can_be_called(const Prefix& network, const NatPacket& call) {
  const Address& address = network.address;
  return address.is_ipv4() != call.is_ipv6 && (call.from == From::here || !address.is_loopback());
}

void add_called(std::vector<NatDestination>& called, const std::vector<Prefix>& networks, const NatPacket& call,
                NatDestination destination) {
  for (const Prefix& network : networks) {
    destination.address = network;
    if (can_be_called(network, call)) called.push_back(destination);
  }
}

/// An interface that has no address yet may be given one, so to have found none is no answer.
std::vector<NatDestination> called_by(const NatPacket& call, const BindAttempt& attempt,
                                      const LocalNetworks& networks) {
  std::vector<NatDestination> called;
  const NatDestination own;
  if (!attempt.address.is_wildcard()) {
    add_called(called, {{attempt.address, 128}}, call, own);
    return called;
  }
  const NatDestination any{any_address(call.is_ipv6 ? portscope::Family::ipv6 : portscope::Family::ipv4)};
  add_called(called, networks.own, call, own);
  const bool may_be_any = std::find(called.begin(), called.end(), any) != called.end();
  if (called.empty() || called.size() > most_destinations || may_be_any) return {any};
  if (attempt.transport != Transport::tcp) add_called(called, networks.groups, call, {{}, false});
  return called;
}

/// What does not leave the machine is translated on its way out or not at all.
std::vector<NatWay> ways_to_one(const BindAttempt& attempt, const LocalNetworks& networks) {
  NatPacket packet;
  packet.protocol = ip_protocol_of(attempt.transport);
  packet.port = attempt.port;
  std::vector<NatWay> ways;
  for (const bool is_ipv6 : {false, true}) {
    const bool takes_both = attempt.address == Address{} && !attempt.v6_only;
    if (!takes_both && is_ipv6 == attempt.address.is_ipv4()) continue;
    packet.is_ipv6 = is_ipv6;
    for (const From from : {From::outside, From::here}) {
      packet.from = from;
      ways.push_back({packet, called_by(packet, attempt, networks)});
    }
  }
  return ways;
}

}  // namespace

/// Of 0.0.0.0 and `::`, calls over IPv4 may come to both.
std::vector<NatWay> ways_to(const std::vector<BindAttempt>& attempts, const LocalNetworks& networks) {
  std::vector<NatWay> all;
  for (const BindAttempt& attempt : attempts) {
    for (NatWay& way : ways_to_one(attempt, networks)) {
      if (std::find(all.begin(), all.end(), way) == all.end()) all.push_back(std::move(way));
    }
  }
  return all;
}

}  // namespace collect
