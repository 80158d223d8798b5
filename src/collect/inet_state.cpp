// SPDX-License-Identifier: MIT
#include "collect/inet_state.hpp"

#include <array>
#include <utility>

namespace collect {

using portscope::State;
using portscope::Transport;

namespace {

constexpr std::uint8_t established_number = 1;
constexpr std::uint8_t close_number = 7;
constexpr unsigned bound_inactive_bit = 13;  // TCP_BOUND_INACTIVE, Linux 6.8; such rows say state 7

constexpr auto tcp_numbers = std::to_array<std::pair<std::uint8_t, State>>({
    {1, State::established},
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

}  // namespace

State inet_state(Transport transport, std::uint8_t number) {
  if (transport != Transport::tcp) {
    return number == established_number ? State::established : State::unconnected;
  }
  for (const auto& [tcp_number, state] : tcp_numbers) {
    if (tcp_number == number) return state;
  }
  return State::closed;
}

bool is_mini_socket(State state) { return state == State::time_wait || state == State::syn_received; }

std::uint32_t state_mask(Transport transport, portscope::EnumSet<State> states) {
  if (transport != Transport::tcp) return (1U << established_number) | (1U << close_number);
  std::uint32_t mask = 0;
  for (const auto& [number, state] : tcp_numbers) {
    if (states.contains(state)) mask |= 1U << (state == State::bound ? bound_inactive_bit : number);
  }
  return mask;
}

}  // namespace collect
