// SPDX-License-Identifier: MIT
#pragma once

#include "portscope/expression.hpp"
#include "portscope/protocol.hpp"
#include "portscope/socket.hpp"
#include "portscope/strings.hpp"

namespace portscope {

/// Which sockets are wanted. All conditions hold at once.
struct Selection {
  EnumSet<Transport> transports = inet_transports;
  EnumSet<Family> families = every<Family>();
  EnumSet<State> states = every<State>();
  bool listening_only = false;  ///< where a server waits: see waiting_states()
  Expression filter;            ///< the rest

  /// Whether the socket may be wanted, as far as its row tells; `maybe` when the filter asks for
  /// more than that.
  [[nodiscard]] Truth matches(const Socket& socket, const StringPool& strings) const;
  /// Everything but the state; to count what a state alone left out.
  [[nodiscard]] Truth matches_but_state(const Socket& socket, const StringPool& strings) const;
  bool operator==(const Selection&) const = default;
};

/// Takes those transports, families and states out of the selection of which no socket can match
/// its filter, whatever else it is. What is left empty then says that nothing can match at all.
void narrow(Selection& selection);

/// The states in which a socket of `transport` waits for others to come.
EnumSet<State> waiting_states(Transport transport);

}  // namespace portscope
