// SPDX-License-Identifier: MIT
#include "collect/take_snapshot.hpp"

#include <stdexcept>

#include "collect/attribute.hpp"
#include "collect/counters.hpp"
#include "collect/fields.hpp"
#include "collect/mptcp.hpp"
#include "collect/names.hpp"
#include "collect/roads.hpp"
#include "collect/set_options.hpp"
#include "sys/machine.hpp"

namespace collect {

using portscope::Need;
using portscope::Request;
using portscope::Snapshot;
using portscope::Socket;
using portscope::State;

namespace {

void read_sockets(const Question& question, Snapshot& snapshot) {
  bool any_read = false;
  const auto counts = question.doors.proc.read("thread-self/net/protocols");
  for (const Family& family : families()) {
    if (!question.request.selection.transports.contains(family.transport)) continue;
    // Few machines have such sockets, and to ask for them is dear: MPTCP's is a large hash table, and
    // a diag module may be loaded for nothing.
    if (family.is_rare && counts && count_in(*counts, family.counters) == 0) continue;
    Reading reading = read_family(family, question);
    any_read = any_read || reading.read;
    if (snapshot.sockets.empty()) {
      snapshot.sockets = std::move(reading.sockets);
    } else {
      snapshot.sockets.insert(snapshot.sockets.end(), reading.sockets.begin(), reading.sockets.end());
    }
    snapshot.time_wait_left_out += reading.time_wait_left_out;
    for (auto& gap : reading.gaps) snapshot.gaps.push_back(std::move(gap));
  }
  if (!any_read && !snapshot.gaps.empty()) {
    throw std::runtime_error("no socket table can be read (" + snapshot.gaps.front().why + "); " +
                             snapshot.gaps.front().remedy);
  }
}

/// Directions are told of connections, requests counted for listeners.
bool asks_for_neighbours(const Request& request) {
  constexpr portscope::EnumSet<State> without_peer{State::listen, State::unconnected, State::bound};
  const bool connections = !(request.selection.states - without_peer).empty();
  const bool listeners = request.selection.states.contains(State::listen);
  return (request.needs.contains(Need::direction) && connections) ||
         (request.needs.contains(Need::requests) && listeners);
}

void explain_by(Neighbours& neighbours, const Request& request, Snapshot& snapshot) {
  neighbours.settle();
  for (Socket& socket : snapshot.sockets) {
    if (request.needs.contains(Need::direction)) socket.direction = neighbours.direction_of(socket);
    const bool is_listener = socket.state == State::listen && inet(socket.local) != nullptr;
    if (is_listener && request.needs.contains(Need::requests)) {
      const std::uint32_t count = neighbours.requests_of(socket);
      socket.details = snapshot.details.add_value(socket.details, portscope::DetailKind::requests, count);
    }
  }
}

/// Targets name interfaces; rows have their numbers.
Request with_interfaces(Request request) {
  for (auto& target : request.selection.targets) {
    if (target.interface.empty()) continue;
    target.interface_index = sys::interface_index(target.interface);
    if (target.interface_index == 0) target.interface_index = to_number<std::uint32_t>(target.interface).value_or(0);
    if (target.interface_index == 0) throw std::runtime_error("there is no interface '" + target.interface + "'");
  }
  return request;
}

}  // namespace

Snapshot take_snapshot(const Request& request, const Doors& doors, const Clock& clock) {
  Snapshot snapshot;
  snapshot.time = clock.now;
  Request resolved = with_interfaces(request);
  Neighbours neighbours;
  const bool explained = asks_for_neighbours(resolved);
  if (!explained) resolved.needs = resolved.needs - portscope::EnumSet<Need>{Need::direction, Need::requests};
  const Question question{doors, resolved, snapshot.strings, snapshot.details, explained ? &neighbours : nullptr};
  read_sockets(question, snapshot);
  if (resolved.selection.transports.contains(portscope::Transport::mptcp)) join_subflows(question, snapshot.sockets);
  if (explained) explain_by(neighbours, resolved, snapshot);
  const bool through_holders = request.needs.contains(Need::set_options);
  if (through_holders || request.needs.contains(Need::owners)) attribute(question, clock.boot, snapshot);
  if (through_holders) read_set_options(question, snapshot);
  name_things(question, snapshot);
  return snapshot;
}

}  // namespace collect

portscope::Snapshot portscope::take_snapshot(const Request& request) {
  const auto diag = sys::open_diag();
  const sys::Proc proc;
  const auto clock = sys::read_clock();
  return collect::take_snapshot(request, {*diag, proc}, {portscope::Time(clock.now), portscope::Time(clock.boot)});
}
