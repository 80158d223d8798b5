// SPDX-License-Identifier: MIT
#include "collect/vsock_row.hpp"

#include "collect/family.hpp"

namespace collect {

using portscope::Socket;
using portscope::SocketType;
using portscope::State;

namespace {

/// vsock borrows the states of TCP (net/vmw_vsock/af_vsock.c).
State state_of(std::uint8_t number, SocketType type) {
  switch (number) {
    case 1:
      return State::established;
    case 2:
      return State::syn_sent;
    case 7:
      return type == SocketType::datagram ? State::unconnected : State::bound;
    case 10:
      return State::listen;
    case 11:
      return State::closing;
    default:
      return State::closed;
  }
}

}  // namespace

Socket vsock_socket(const VsockFacts& facts) {
  constexpr std::uint32_t any = UINT32_MAX;  // also VMADDR_CID_ANY
  Socket socket;
  socket.transport = portscope::Transport::vsock;
  socket.family = portscope::Family::vsock;
  socket.type = socket_type(facts.type);
  socket.state = state_of(facts.state, socket.type);
  socket.state_id = facts.state;
  if (facts.local.port == any) {  // VMADDR_PORT_ANY: not bound
    socket.state = State::closed;
  } else {
    socket.local = facts.local;
  }
  if (facts.peer.cid != any) socket.peer = facts.peer;
  return socket;
}

}  // namespace collect
