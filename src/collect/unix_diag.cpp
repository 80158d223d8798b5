// SPDX-License-Identifier: MIT
#include <linux/unix_diag.h>

#include <linux/sock_diag.h>
#include <sys/socket.h>

#include <array>

#include "collect/kept_attributes.hpp"
#include "collect/unix_peers.hpp"
#include "portscope/detail_types.hpp"

namespace collect {

using portscope::DetailKind;
using portscope::Socket;
using portscope::SocketType;
using portscope::State;
using portscope::StringId;
using portscope::UnixEndpoint;

namespace {

/// sun_path as it was bound: a leading NUL marks an abstract name, which may hold more of them;
/// a path ends at its NUL.
void read_name(sys::Bytes payload, portscope::StringPool& strings, UnixEndpoint& end) {
  std::string_view name(reinterpret_cast<const char*>(payload.data()), payload.size());
  if (name.empty()) return;
  end.abstract = name.front() == '\0';
  name = end.abstract ? name.substr(1) : name.substr(0, name.find('\0'));
  end.name = strings.intern(name);
}

constexpr auto kept_of_unix = std::to_array<KeptAttribute>({
    {UNIX_DIAG_ICONS, DetailKind::unix_pending},
    {UNIX_DIAG_MEMINFO, DetailKind::memory, portscope::Need::memory},
});

/// The kernel packs a device number another way than stat(2): the minor's 20 bits, then the major.
portscope::UnixFile read_file(sys::Bytes payload) {
  constexpr unsigned minor_bits = 20;
  const auto file = sys::copy_from<unix_diag_vfs>(payload);
  return {file.udiag_vfs_ino, file.udiag_vfs_dev >> minor_bits, file.udiag_vfs_dev & ((1U << minor_bits) - 1)};
}

void read_attributes(sys::Bytes attributes, portscope::StringPool& strings, Socket& socket) {
  while (const auto attribute = sys::next_attribute(attributes)) {
    switch (attribute->type) {
      case UNIX_DIAG_NAME:
        read_name(attribute->payload, strings, std::get<UnixEndpoint>(socket.local));
        break;
      case UNIX_DIAG_PEER:
        // 0: the peer still waits to be accepted
        socket.peer = UnixEndpoint{StringId::none, sys::copy_from<std::uint32_t>(attribute->payload), false};
        break;
      case UNIX_DIAG_RQLEN: {
        const auto queues = sys::copy_from<unix_diag_rqlen>(attribute->payload);
        socket.recv_queue = queues.udiag_rqueue;
        socket.send_queue = queues.udiag_wqueue;
        break;
      }
      case UNIX_DIAG_SHUTDOWN:
        socket.shutdown = shutdown_of(sys::copy_from<std::uint8_t>(attribute->payload));
        break;
      case UNIX_DIAG_UID:
        socket.uid = sys::copy_from<std::uint32_t>(attribute->payload);
        break;
      default:
        break;
    }
  }
}

/// A datagram socket reads as established as soon as anyone connects *to* it; it is connected
/// when it has a peer of its own.
State state_of(const Socket& socket) {
  constexpr std::uint8_t listen_number = 10;
  constexpr std::uint8_t established_number = 1;
  if (socket.state_id == listen_number) return State::listen;
  const bool connected =
      socket.type == SocketType::datagram ? unix_end(socket.peer) != nullptr : socket.state_id == established_number;
  return connected ? State::established : State::unconnected;
}

void keep_details(sys::Bytes attributes, const Question& question, Socket& socket) {
  keep_attributes(attributes, kept_of_unix, question, socket);
  while (const auto attribute = sys::next_attribute(attributes)) {
    if (attribute->type == UNIX_DIAG_VFS) {
      keep_value(question, socket, DetailKind::unix_file, read_file(attribute->payload));
    }
  }
}

/// One struct unix_diag_msg (linux/unix_diag.h) and its attributes, whose numbers start at 0.
Socket parse_unix(sys::Bytes row, const Question& question) {
  const auto message = sys::copy_from<unix_diag_msg>(row);
  Socket socket;
  socket.transport = portscope::Transport::unix_socket;
  socket.family = portscope::Family::unix_socket;
  socket.type = socket_type(message.udiag_type);
  socket.state_id = message.udiag_state;
  socket.inode = message.udiag_ino;
  socket.cookie = cookie_of(message.udiag_cookie);
  socket.local = UnixEndpoint{StringId::none, message.udiag_ino, false};
  const auto attributes = row.subspan(sizeof message);
  read_attributes(attributes, question.strings, socket);
  keep_details(attributes, question, socket);
  socket.state = state_of(socket);
  return socket;
}

}  // namespace

Pass dump_unix(const Family& /*family*/, const Question& question) {
  unix_diag_req request{};
  request.sdiag_family = AF_UNIX;
  request.udiag_states = UINT32_MAX;
  request.udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_VFS | UDIAG_SHOW_PEER | UDIAG_SHOW_ICONS | UDIAG_SHOW_RQLEN |
                       UDIAG_SHOW_MEMINFO | UDIAG_SHOW_UID;
  std::vector<Socket> all;
  const auto end =
      question.doors.diag.dump({SOCK_DIAG_BY_FAMILY, std::as_bytes(std::span(&request, 1))}, [&](sys::Bytes row) {
        if (row.size() < sizeof(unix_diag_msg)) return;
        all.push_back(parse_unix(row, question));
      });
  Pass pass;
  pass.error = end.error;
  pass.whole = end.in_one_piece;
  if (end.ok()) keep_unix(question, pass, std::move(all));
  return pass;
}

}  // namespace collect
