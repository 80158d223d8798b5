// SPDX-License-Identifier: MIT
#include "portscope/selection.hpp"

namespace portscope {

EnumSet<State> waiting_states(Transport transport) {
  switch (transport) {
    case Transport::tcp:
    case Transport::mptcp:
    case Transport::sctp:
    case Transport::dccp:
    case Transport::unix_socket:
    case Transport::vsock:
      return {State::listen};
    case Transport::tipc:
      return {State::listen, State::unconnected};
    case Transport::udp:
    case Transport::udplite:
    case Transport::raw:
    case Transport::icmp:
    case Transport::packet:
    case Transport::netlink:
    case Transport::xdp:
      return {State::unconnected};
  }
  return {};
}

Truth Selection::matches(const Socket& socket, const StringPool& strings) const {
  return states.contains(socket.state) ? matches_but_state(socket, strings) : Truth::no;
}

Truth Selection::matches_but_state(const Socket& socket, const StringPool& strings) const {
  if (!transports.contains(socket.transport)) return Truth::no;
  if (!families.contains(socket.family)) return Truth::no;
  // -l and -B together: servers, and what blocks a port without serving.
  const bool waits = waiting_states(socket.transport).contains(socket.state) || socket.state == State::bound;
  if (listening_only && !waits) return Truth::no;
  return holds(filter, {socket, strings});
}

}  // namespace portscope
