// SPDX-License-Identifier: MIT
#include "collect/explain.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "collect/rare_families.hpp"
#include "collect/roads.hpp"
#include "portscope/kernel_filter.hpp"

namespace collect {

using portscope::EnumSet;
using portscope::KernelFilter;
using portscope::KernelTest;
using portscope::Need;
using portscope::Request;
using portscope::Snapshot;
using portscope::Socket;
using portscope::State;
using portscope::Transport;

namespace {

KernelFilter port_test(KernelTest::About about, std::uint16_t port) {
  KernelTest test;
  test.about = about;
  test.ports = {port, port};
  return {KernelFilter::Kind::test, {}, test};
}

/// All sockets on these ports, and on those pairs of a local and a peer's port; everything where
/// there are so many that a program would take longer than to look at all.
KernelFilter on_ports(const std::set<std::uint16_t>& locals,
                      const std::set<std::pair<std::uint16_t, std::uint16_t>>& pairs) {
  constexpr std::size_t most = 100;
  if (locals.size() + pairs.size() > most) return {};
  std::vector<KernelFilter> parts;
  parts.reserve(locals.size() + pairs.size());
  for (const std::uint16_t port : locals) parts.push_back(port_test(KernelTest::About::local_port, port));
  for (const auto& [local, peer] : pairs) {
    parts.push_back(combined(KernelFilter::Kind::all_of, {port_test(KernelTest::About::local_port, local),
                                                          port_test(KernelTest::About::peer_port, peer)}));
  }
  return combined(KernelFilter::Kind::any_of, std::move(parts));
}

/// Who called whom is told by who waits on the local port, and by the other end: of TCP the very
/// connection reversed, of datagrams whatever sits on the peer's port.
KernelFilter neighbours_of(const std::vector<Socket>& sockets) {
  std::set<std::uint16_t> locals;
  std::set<std::pair<std::uint16_t, std::uint16_t>> pairs;
  for (const Socket& socket : sockets) {
    const auto* local = inet(socket.local);
    const auto* peer = inet(socket.peer);
    if (local == nullptr) continue;
    locals.insert(local->port);
    if (peer == nullptr) continue;
    if (portscope::connection_transports.contains(socket.transport)) {
      pairs.emplace(peer->port, local->port);
    } else {
      locals.insert(peer->port);
    }
  }
  return on_ports(locals, pairs);
}

}  // namespace

EnumSet<Need> needs_that_apply(const portscope::Selection& selection, EnumSet<Need> needs) {
  constexpr EnumSet<State> without_peer{State::listen, State::unconnected, State::bound};
  if ((selection.states - without_peer).empty()) needs.erase(Need::direction);
  if (!selection.states.contains(State::listen)) needs.erase(Need::requests);
  return needs;
}

bool needs_neighbours(const Request& request) {
  return !(request.needs & EnumSet<Need>{Need::direction, Need::requests}).empty();
}

bool kernel_leaves_out(const Request& request) {
  if (request.push_down == portscope::PushDown::off || request.source == portscope::SourceChoice::proc) return false;
  for (std::size_t i = 0; i < portscope::Names<Transport>::list.size(); ++i) {
    const auto transport = static_cast<Transport>(i);
    const bool is_read = request.selection.transports.contains(transport);
    if (is_read && kernel_part(request.selection.filter, transport) != portscope::KernelPart{}) return true;
  }
  return false;
}

void read_neighbours(const Question& question, const Snapshot& snapshot, Neighbours& neighbours) {
  if (snapshot.sockets.empty()) return;
  Request request = question.request;
  request.selection.filter = portscope::make_any_of({});  // they are noted, and not kept
  request.selection.families = portscope::every<portscope::Family>();
  request.needs = request.needs & EnumSet<Need>{Need::direction, Need::requests};
  const KernelFilter only = neighbours_of(snapshot.sockets);
  const Question about{question.doors, request, question.strings, question.details, &neighbours, {}, &only};
  RareFamilies rare(question.doors.proc);
  for (const Family& family : families()) {
    const bool is_asked = (request.selection.transports & portscope::inet_transports).contains(family.transport);
    if (is_asked && !rare.has_none_of(family)) read_family(family, about);
  }
}

void explain_by(Neighbours& neighbours, const Request& request, Snapshot& snapshot) {
  neighbours.settle();
  if (request.needs.contains(Need::direction)) neighbours.tell_directions(snapshot.sockets);
  if (!request.needs.contains(Need::requests)) return;
  for (Socket& socket : snapshot.sockets) {
    if (socket.state == State::listen && inet(socket.local) != nullptr) {
      const std::uint32_t count = neighbours.requests_of(socket);
      socket.details = snapshot.details.add_value(socket.details, portscope::DetailKind::requests, count);
    }
  }
}

}  // namespace collect
