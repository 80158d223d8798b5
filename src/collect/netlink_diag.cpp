// SPDX-License-Identifier: MIT
#include <linux/netlink_diag.h>
#include <sys/socket.h>

#include <array>

#include "collect/kept_attributes.hpp"
#include "collect/netlink_row.hpp"

namespace collect {

using portscope::DetailKind;
using portscope::Socket;

namespace {

constexpr auto kept_of_netlink = std::to_array<KeptAttribute>({
    {NETLINK_DIAG_GROUPS, DetailKind::netlink_groups},
    {NETLINK_DIAG_FLAGS, DetailKind::netlink_flags},
    {NETLINK_DIAG_MEMINFO, DetailKind::memory, portscope::Need::memory},
});

/// One struct netlink_diag_msg (linux/netlink_diag.h); its attributes are numbered from 0.
Socket parse_netlink(sys::Bytes body) {
  const auto message = sys::copy_from<netlink_diag_msg>(body);
  Socket socket = netlink_socket(message.ndiag_protocol, message.ndiag_portid);
  constexpr std::uint8_t connected = 1;  // NETLINK_CONNECTED, net/netlink/af_netlink.c
  socket.state_id = message.ndiag_state;
  if (message.ndiag_state == connected) {
    socket.state = portscope::State::established;
    socket.peer = portscope::NetlinkEndpoint{message.ndiag_dst_portid, message.ndiag_dst_group, message.ndiag_protocol};
  }
  socket.type = socket_type(message.ndiag_type);
  socket.inode = message.ndiag_ino;
  socket.cookie = cookie_of(message.ndiag_cookie);
  auto attributes = body.subspan(sizeof message);
  while (const auto attribute = sys::next_attribute(attributes)) {
    if (attribute->type != NETLINK_DIAG_MEMINFO) continue;
    socket.recv_queue = sys::copy_from<std::uint32_t>(attribute->payload);  // SK_MEMINFO_RMEM_ALLOC
    socket.drops = drops_of(attribute->payload);
  }
  return socket;
}

}  // namespace

Pass dump_netlink(const Family& /*family*/, const Question& question) {
  netlink_diag_req request{};
  request.sdiag_family = AF_NETLINK;
  request.sdiag_protocol = NDIAG_PROTO_ALL;
  request.ndiag_show = NDIAG_SHOW_MEMINFO | NDIAG_SHOW_GROUPS | NDIAG_SHOW_FLAGS;
  Pass pass;
  dump_family(question, pass, std::as_bytes(std::span(&request, 1)), sizeof(netlink_diag_msg), [&](sys::Bytes body) {
    if (Socket* socket = keep(question, pass, parse_netlink(body))) {
      keep_attributes(body.subspan(sizeof(netlink_diag_msg)), kept_of_netlink, question, *socket);
    }
  });
  return pass;
}

}  // namespace collect
