// SPDX-License-Identifier: MIT
#include "collect/socket_choice.hpp"

#include <optional>

#include "collect/inet_row.hpp"
#include "portscope/kernel_filter.hpp"

namespace collect {

using portscope::RequiredEnds;
using portscope::State;
using portscope::Transport;

namespace {

/// A bit for each number that sk_state may have. A number of tomorrow reads as closed.
std::uint32_t tcp_states(const portscope::Selection& selection) {
  constexpr unsigned close_number = 7;  // of what is merely bound; in idiag_states that has a bit of its own
  auto states = selection.states;
  if (selection.listening_only) states &= portscope::waiting_states(Transport::tcp);
  if (states.contains(State::closed)) return ~0U;
  const std::uint32_t bound = states.contains(State::bound) ? 1U << close_number : 0;
  return state_mask(Transport::tcp, states) | bound;
}

/// The ports that sockets of all these protocols must have.
RequiredEnds ends_of(const portscope::Selection& selection) {
  std::optional<RequiredEnds> common;
  for (const Transport transport : {Transport::tcp, Transport::udp, Transport::udplite}) {
    if (!selection.transports.contains(transport)) continue;
    const RequiredEnds ends = portscope::required_ends(portscope::kernel_filter(selection.filter, transport));
    if (!common) common = ends;
    if (common->local_port != ends.local_port) common->local_port.reset();
    if (common->peer_port != ends.peer_port) common->peer_port.reset();
  }
  return common.value_or(RequiredEnds{});
}

}  // namespace

socket_choice choice_for(const portscope::Request& request) {
  socket_choice choice{.tcp_states = ~0U, .local_port = 0, .peer_port = 0};
  if (request.push_down == portscope::PushDown::off) return choice;
  const RequiredEnds ends = ends_of(request.selection);
  choice.tcp_states = tcp_states(request.selection);
  choice.local_port = ends.local_port.value_or(0);
  choice.peer_port = ends.peer_port.value_or(0);
  return choice;
}

}  // namespace collect
