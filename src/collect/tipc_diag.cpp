// SPDX-License-Identifier: MIT
#include <linux/tipc_netlink.h>
#include <linux/tipc_sockets_diag.h>
#include <sys/socket.h>

#include "collect/kept_attributes.hpp"
#include "portscope/detail_types.hpp"

namespace collect {

using portscope::Socket;
using portscope::State;
using portscope::TipcEndpoint;
using portscope::TipcInfo;

namespace {

struct TipcRow {
  Socket socket;
  TipcInfo info;
};

/// enum in net/tipc/socket.c; TIPC borrows the numbers of TCP.
State state_of(std::uint32_t number) {
  switch (number) {
    case 1:
      return State::established;
    case 2:
      return State::syn_sent;
    case 7:
      return State::unconnected;
    case 8:
      return State::close_wait;
    case 10:
      return State::listen;
    default:
      return State::closed;
  }
}

void read_connection(sys::Bytes nested, TipcRow& parsed) {
  TipcEndpoint peer;
  while (const auto attribute = sys::next_attribute(nested)) {
    const auto number = sys::copy_from<std::uint32_t>(attribute->payload);
    switch (attribute->type) {
      case TIPC_NLA_CON_NODE:
        peer.node = number;
        break;
      case TIPC_NLA_CON_SOCK:
        peer.reference = number;
        break;
      case TIPC_NLA_CON_TYPE:
        parsed.info.connection_type = number;
        break;
      case TIPC_NLA_CON_INST:
        parsed.info.connection_instance = number;
        break;
      default:
        break;
    }
  }
  parsed.socket.peer = peer;
}

void read_statistics(sys::Bytes nested, TipcRow& parsed) {
  while (const auto attribute = sys::next_attribute(nested)) {
    const auto number = sys::copy_from<std::uint32_t>(attribute->payload);
    switch (attribute->type) {
      case TIPC_NLA_SOCK_STAT_RCVQ:
        parsed.socket.recv_queue = number;
        break;
      case TIPC_NLA_SOCK_STAT_SENDQ:
        parsed.socket.send_queue = number;
        break;
      case TIPC_NLA_SOCK_STAT_DROP:
        parsed.socket.drops = number;
        break;
      case TIPC_NLA_SOCK_STAT_LINK_CONG:
        parsed.info.link_congested = true;
        break;
      case TIPC_NLA_SOCK_STAT_CONN_CONG:
        parsed.info.connection_congested = true;
        break;
      default:
        break;
    }
  }
}

/// What is nested in TIPC_NLA_SOCK (net/tipc/socket.c, tipc_sk_fill_sock_diag).
TipcRow parse_tipc(sys::Bytes nested) {
  TipcRow parsed;
  Socket& socket = parsed.socket;
  socket.transport = portscope::Transport::tipc;
  socket.family = portscope::Family::tipc;
  TipcEndpoint local;
  while (const auto attribute = sys::next_attribute(nested)) {
    const auto number = sys::copy_from<std::uint32_t>(attribute->payload);
    switch (attribute->type) {
      case TIPC_NLA_SOCK_ADDR:
        local.node = number;
        break;
      case TIPC_NLA_SOCK_REF:
        local.reference = number;
        break;
      case TIPC_NLA_SOCK_TYPE:
        socket.type = socket_type(number);
        break;
      case TIPC_NLA_SOCK_TIPC_STATE:
        socket.state_id = static_cast<std::uint8_t>(number);
        socket.state = state_of(number);
        break;
      case TIPC_NLA_SOCK_INO:
        socket.inode = number;
        break;
      case TIPC_NLA_SOCK_UID:
        socket.uid = number;
        break;
      case TIPC_NLA_SOCK_COOKIE:
        socket.cookie = sys::copy_from<std::uint64_t>(attribute->payload);
        break;
      case TIPC_NLA_SOCK_HAS_PUBL:
        parsed.info.published = true;
        break;
      case TIPC_NLA_SOCK_CON:
        read_connection(attribute->payload, parsed);
        break;
      case TIPC_NLA_SOCK_STAT:
        read_statistics(attribute->payload, parsed);
        break;
      default:
        break;
    }
  }
  socket.local = local;
  return parsed;
}

}  // namespace

Pass dump_tipc(const Family& /*family*/, const Question& question) {
  tipc_sock_diag_req request{};
  request.sdiag_family = AF_TIPC;
  request.tidiag_states = UINT32_MAX;
  Pass pass;
  dump_family(question, pass, std::as_bytes(std::span(&request, 1)), 1, [&](sys::Bytes body) {
    while (const auto attribute = sys::next_attribute(body)) {
      if (attribute->type != TIPC_NLA_SOCK) continue;
      const TipcRow parsed = parse_tipc(attribute->payload);
      if (Socket* socket = keep(question, pass, parsed.socket)) {
        keep_value(question, *socket, portscope::DetailKind::tipc, parsed.info);
      }
    }
  });
  return pass;
}

}  // namespace collect
