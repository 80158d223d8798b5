// SPDX-License-Identifier: MIT
#include <linux/packet_diag.h>
#include <sys/socket.h>

#include <array>

#include "collect/kept_attributes.hpp"

namespace collect {

using portscope::DetailKind;
using portscope::Socket;

namespace {

constexpr auto kept_of_packet = std::to_array<KeptAttribute>({
    {PACKET_DIAG_INFO, DetailKind::packet_info},
    {PACKET_DIAG_MCLIST, DetailKind::packet_memberships},
    {PACKET_DIAG_RX_RING, DetailKind::receive_ring},
    {PACKET_DIAG_TX_RING, DetailKind::transmit_ring},
    {PACKET_DIAG_FANOUT, DetailKind::fanout},
    {PACKET_DIAG_MEMINFO, DetailKind::memory, portscope::Need::memory},
});

/// The filter is told as its instructions; to those without CAP_NET_ADMIN the attribute comes empty,
/// filter or not (net/core/sock_diag.c, sock_diag_put_filterinfo).
constexpr std::size_t instruction_size = 8;  // struct sock_filter

void read_row_attributes(sys::Bytes attributes, Socket& socket) {
  bool has_ring = false;
  while (const auto attribute = sys::next_attribute(attributes)) {
    const sys::Bytes payload = attribute->payload;
    switch (attribute->type) {
      case PACKET_DIAG_INFO:
        socket.interface = sys::copy_from<packet_diag_info>(payload).pdi_index;
        break;
      case PACKET_DIAG_UID:
        socket.uid = sys::copy_from<std::uint32_t>(payload);
        break;
      case PACKET_DIAG_MEMINFO:
        socket.recv_queue = sys::copy_from<std::uint32_t>(payload);  // SK_MEMINFO_RMEM_ALLOC
        socket.drops = drops_of(payload);
        break;
      case PACKET_DIAG_RX_RING:
        has_ring = true;
        break;
      default:
        break;
    }
  }
  // What a full ring cannot take is counted in tp_drops alone (net/packet/af_packet.c, tpacket_rcv),
  // which nobody is told but the owner, and which reading sets to 0.
  if (has_ring) socket.drops.reset();
}

/// One struct packet_diag_msg (linux/packet_diag.h); its attributes are numbered from 0.
Socket parse_packet(sys::Bytes body) {
  const auto message = sys::copy_from<packet_diag_msg>(body);
  Socket socket;
  socket.transport = portscope::Transport::packet;
  socket.family = portscope::Family::packet;
  socket.state = portscope::State::unconnected;
  socket.state_id = 7;
  socket.type = socket_type(message.pdiag_type);
  socket.local = portscope::PacketEndpoint{message.pdiag_num};
  socket.inode = message.pdiag_ino;
  socket.cookie = cookie_of(message.pdiag_cookie);
  read_row_attributes(body.subspan(sizeof message), socket);
  return socket;
}

void keep_filter(sys::Bytes attributes, const Question& question, Socket& socket) {
  constexpr std::uint32_t untold = UINT32_MAX;
  std::uint32_t count = 0;
  while (const auto attribute = sys::next_attribute(attributes)) {
    if (attribute->type != PACKET_DIAG_FILTER) continue;
    const auto size = attribute->payload.size();
    count = size == 0 ? untold : static_cast<std::uint32_t>(size / instruction_size);
  }
  keep_value(question, socket, DetailKind::filter, count);
}

}  // namespace

Pass dump_packet(const Family& /*family*/, const Question& question) {
  packet_diag_req request{};
  request.sdiag_family = AF_PACKET;
  request.pdiag_show = PACKET_SHOW_INFO | PACKET_SHOW_MCLIST | PACKET_SHOW_RING_CFG | PACKET_SHOW_FANOUT |
                       PACKET_SHOW_MEMINFO | PACKET_SHOW_FILTER;
  Pass pass;
  dump_family(question, pass, std::as_bytes(std::span(&request, 1)), sizeof(packet_diag_msg), [&](sys::Bytes body) {
    Socket* const socket = keep(question, pass, parse_packet(body));
    if (socket == nullptr) return;
    const auto attributes = body.subspan(sizeof(packet_diag_msg));
    keep_attributes(attributes, kept_of_packet, question, *socket);
    keep_filter(attributes, question, *socket);
  });
  return pass;
}

}  // namespace collect
