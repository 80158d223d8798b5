// SPDX-License-Identifier: MIT
#include "collect/inet_row.hpp"

#include <array>
#include <utility>

namespace collect {

using portscope::Socket;
using portscope::State;
using portscope::Transport;

namespace {

constexpr std::uint8_t established_number = 1;
constexpr std::uint8_t close_number = 7;
constexpr unsigned bound_inactive_bit = 13;  // TCP_BOUND_INACTIVE, Linux 6.8; such rows say state 7

constexpr auto tcp_numbers = std::to_array<std::pair<std::uint8_t, State>>({
    {established_number, State::established},
    {2, State::syn_sent},
    {3, State::syn_received},
    {4, State::fin_wait_1},
    {5, State::fin_wait_2},
    {6, State::time_wait},
    {close_number, State::bound},
    {8, State::close_wait},
    {9, State::last_ack},
    {10, State::listen},
    {11, State::closing},
    {12, State::syn_received},
});

/// UDP, raw and ping sockets borrow two of TCP's states: 1 with a peer, 7 without. Only TCP lists
/// sockets of state 7 for being bound. A number of tomorrow reads as closed.
State state_of(Transport transport, std::uint8_t number) {
  if (!portscope::connection_transports.contains(transport)) {
    return number == established_number ? State::established : State::unconnected;
  }
  if (number == close_number && transport != Transport::tcp) return State::closed;
  for (const auto& [tcp_number, state] : tcp_numbers) {
    if (tcp_number == number) return state;
  }
  return State::closed;
}

/// The kernel keeps a smaller object than a socket for these: no process, no inode, no user.
bool is_mini_socket(const InetFacts& facts, State state) {
  constexpr std::uint8_t time_wait_timer = 3;  // also of the fin_wait_2 that a closed socket left behind
  return state == State::syn_received || state == State::time_wait ||
         (facts.transport == Transport::tcp && facts.timer == time_wait_timer);
}

}  // namespace

InetRow inet_row(const InetFacts& facts) {
  InetRow row;
  Socket& socket = row.socket;
  socket.transport = facts.transport;
  socket.family = facts.family;
  socket.source = facts.source;
  socket.state = state_of(facts.transport, facts.state);
  socket.state_id = facts.state;
  socket.local = facts.local;
  if (facts.peer.port != 0 || !facts.peer.address.is_wildcard()) socket.peer = facts.peer;
  socket.inode = facts.inode;
  const bool mini = is_mini_socket(facts, socket.state);
  // Rows without a file carry uid 0 because nobody filled it in (before 6.17 also orphans and
  // the accept queue), not because root made them.
  if (!mini && (facts.inode != 0 || facts.uid != 0)) socket.uid = facts.uid;
  row.counted = !mini && socket.state != State::bound;
  return row;
}

std::uint32_t state_mask(Transport transport, portscope::EnumSet<State> states) {
  if (!portscope::connection_transports.contains(transport)) return (1U << established_number) | (1U << close_number);
  std::uint32_t mask = 0;
  for (const auto& [number, state] : tcp_numbers) {
    if (states.contains(state)) mask |= 1U << (state == State::bound ? bound_inactive_bit : number);
  }
  if (transport != Transport::tcp && states.contains(State::closed)) mask |= 1U << close_number;
  return mask;
}

}  // namespace collect
