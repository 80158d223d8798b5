// SPDX-License-Identifier: MIT
// vm_sockets.h wants struct sockaddr first.
#include <sys/socket.h>

#include <linux/vm_sockets_diag.h>

#include "collect/kept_attributes.hpp"
#include "collect/vsock_row.hpp"

namespace collect {

using portscope::Socket;

namespace {

/// One struct vsock_diag_msg; it has no attributes.
Socket parse_vsock(sys::Bytes body) {
  const auto message = sys::copy_from<vsock_diag_msg>(body);
  Socket socket = vsock_socket({message.vdiag_type,
                                message.vdiag_state,
                                {message.vdiag_src_cid, message.vdiag_src_port},
                                {message.vdiag_dst_cid, message.vdiag_dst_port}});
  socket.shutdown = shutdown_of(message.vdiag_shutdown);
  socket.inode = message.vdiag_ino;
  socket.cookie = cookie_of(message.vdiag_cookie);
  return socket;
}

}  // namespace

Pass dump_vsock(const Family& /*family*/, const Question& question) {
  vsock_diag_req request{};
  request.sdiag_family = AF_VSOCK;
  request.vdiag_states = UINT32_MAX;
  Pass pass;
  dump_family(question, pass, std::as_bytes(std::span(&request, 1)), sizeof(vsock_diag_msg),
              [&](sys::Bytes body) { keep(question, pass, parse_vsock(body)); });
  return pass;
}

}  // namespace collect
