// SPDX-License-Identifier: MIT
#include "collect/sctp_row.hpp"

#include <set>

namespace collect {

using portscope::DetailKind;
using portscope::Socket;
using portscope::State;

namespace {

void keep_addresses(const Question& question, const SctpRow& row, Socket& socket) {
  auto& store = question.details;
  if (!row.locals.empty()) socket.details = store.add_list(socket.details, DetailKind::sctp_locals, row.locals);
  if (!row.peers.empty()) socket.details = store.add_list(socket.details, DetailKind::sctp_peers, row.peers);
}

}  // namespace

State association_state(unsigned number) {
  switch (number) {
    case 1:  // COOKIE_WAIT
    case 2:  // COOKIE_ECHOED
      return State::syn_sent;
    case 3:
      return State::established;
    case 4:  // SHUTDOWN_PENDING
      return State::fin_wait_1;
    case 5:  // SHUTDOWN_SENT
      return State::fin_wait_2;
    case 6:  // SHUTDOWN_RECEIVED
      return State::close_wait;
    case 7:  // SHUTDOWN_ACK_SENT
      return State::last_ack;
    default:
      return State::closed;
  }
}

State endpoint_state(unsigned number) {
  switch (number) {
    case 1:
      return State::established;
    case 2:
      return State::syn_sent;
    case 7:
      return State::bound;
    case 8:
      return State::close_wait;
    case 10:
      return State::listen;
    default:
      return State::closed;
  }
}

void keep_sctp(const Question& question, Pass& pass, const std::vector<SctpRow>& rows) {
  std::set<std::uint64_t> associated;
  for (const SctpRow& row : rows) {
    if (row.association) associated.insert(number_of(row.socket));
  }
  std::set<std::uint64_t> endpoints;
  for (const SctpRow& row : rows) {
    const std::uint64_t number = number_of(row.socket);
    if (!row.association && number != 0) {  // what has no number may be anybody's
      const bool carries_only = row.socket.state != State::listen && associated.contains(number);
      if (carries_only || !endpoints.insert(number).second) continue;
    }
    if (Socket* socket = keep(question, pass, row.socket)) keep_addresses(question, row, *socket);
  }
  pass.counted = rows.size();
}

}  // namespace collect
