// SPDX-License-Identifier: MIT
#include "collect/take_snapshot.hpp"

#include <optional>
#include <stdexcept>
#include <string>

#include "collect/attribute.hpp"
#include "collect/counters.hpp"
#include "collect/fields.hpp"
#include "collect/mptcp.hpp"
#include "collect/names.hpp"
#include "collect/roads.hpp"
#include "collect/set_options.hpp"
#include "sys/machine.hpp"

namespace collect {

using portscope::EnumSet;
using portscope::Need;
using portscope::Request;
using portscope::Snapshot;
using portscope::Socket;
using portscope::State;

namespace {

void read_sockets(const Question& question, Snapshot& snapshot) {
  bool any_read = false;
  std::optional<sys::Result<std::string>> counts;
  for (const Family& family : families()) {
    if (!question.request.selection.transports.contains(family.transport)) continue;
    // Few machines have such sockets, and to ask for them could load a diag module for nothing.
    if (family.is_rare) {
      if (!counts) counts = question.doors.proc.read("thread-self/net/protocols");
      if (*counts && count_in(**counts, family.counters) == 0) continue;
    }
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

/// Directions are told of connections, requests counted for listeners: without any nobody needs them.
EnumSet<Need> needs_that_apply(const Request& request) {
  constexpr EnumSet<State> without_peer{State::listen, State::unconnected, State::bound};
  auto needs = request.needs;
  if ((request.selection.states - without_peer).empty()) needs.erase(Need::direction);
  if (!request.selection.states.contains(State::listen)) needs.erase(Need::requests);
  return needs;
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
  resolved.needs = needs_that_apply(resolved);
  const bool explained = !(resolved.needs & EnumSet<Need>{Need::direction, Need::requests}).empty();
  const Question question{doors, resolved, snapshot.strings, snapshot.details, explained ? &neighbours : nullptr};
  read_sockets(question, snapshot);
  if (resolved.selection.transports.contains(portscope::Transport::mptcp)) join_subflows(question, snapshot);
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
