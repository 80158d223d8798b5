// SPDX-License-Identifier: MIT
#include <linux/xdp_diag.h>
#include <sys/socket.h>

#include <array>

#include "collect/kept_attributes.hpp"

namespace collect {

using portscope::DetailKind;
using portscope::Socket;

namespace {

constexpr auto kept_of_xdp = std::to_array<KeptAttribute>({
    {XDP_DIAG_RX_RING, DetailKind::xdp_receive_ring},
    {XDP_DIAG_TX_RING, DetailKind::xdp_transmit_ring},
    {XDP_DIAG_UMEM, DetailKind::umem},
    {XDP_DIAG_UMEM_FILL_RING, DetailKind::xdp_fill_ring},
    {XDP_DIAG_UMEM_COMPLETION_RING, DetailKind::xdp_completion_ring},
    {XDP_DIAG_STATS, DetailKind::xdp_stats},
    {XDP_DIAG_MEMINFO, DetailKind::memory, portscope::Need::memory},
});

/// One struct xdp_diag_msg (linux/xdp_diag.h).
Socket parse_xdp(sys::Bytes body) {
  const auto message = sys::copy_from<xdp_diag_msg>(body);
  Socket socket;
  socket.transport = portscope::Transport::xdp;
  socket.family = portscope::Family::xdp;
  socket.state = portscope::State::unconnected;
  socket.state_id = 7;
  socket.type = socket_type(message.xdiag_type);
  socket.inode = message.xdiag_ino;
  socket.cookie = cookie_of(message.xdiag_cookie);
  auto attributes = body.subspan(sizeof message);
  while (const auto attribute = sys::next_attribute(attributes)) {
    if (attribute->type == XDP_DIAG_INFO) {
      const auto info = sys::copy_from<xdp_diag_info>(attribute->payload);
      socket.interface = info.ifindex;
      // An interface of 0 is no queue either: it is not bound.
      if (info.ifindex != 0) socket.local = portscope::XdpEndpoint{info.queue_id};
    } else if (attribute->type == XDP_DIAG_UID) {
      socket.uid = sys::copy_from<std::uint32_t>(attribute->payload);
    } else if (attribute->type == XDP_DIAG_MEMINFO) {
      socket.drops = drops_of(attribute->payload);
    }
  }
  return socket;
}

}  // namespace

Pass dump_xdp(const Family& /*family*/, const Question& question) {
  xdp_diag_req request{};
  request.sdiag_family = AF_XDP;
  request.xdiag_show = XDP_SHOW_INFO | XDP_SHOW_RING_CFG | XDP_SHOW_UMEM | XDP_SHOW_MEMINFO | XDP_SHOW_STATS;
  Pass pass;
  dump_family(question, pass, std::as_bytes(std::span(&request, 1)), sizeof(xdp_diag_msg), [&](sys::Bytes body) {
    if (Socket* socket = keep(question, pass, parse_xdp(body))) {
      keep_attributes(body.subspan(sizeof(xdp_diag_msg)), kept_of_xdp, question, *socket);
    }
  });
  return pass;
}

}  // namespace collect
