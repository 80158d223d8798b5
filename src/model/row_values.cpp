// SPDX-License-Identifier: MIT
// What the row of a socket says.
#include "model/field_values.hpp"
#include "portscope/scope.hpp"
#include "portscope/snapshot.hpp"

namespace portscope {

namespace {

template <class E>
void tell_enumerator(E value, Judge& judge) {
  judge.number(static_cast<std::uint64_t>(value));
}

bool is_ip(const Socket& socket) { return inet_transports.contains(socket.transport); }

/// /proc has no column for it.
bool is_untold_by_proc(const Socket& socket) { return is_ip(socket) && socket.source == Source::proc; }

/// The end, or the one that the kernel's tables have where there is none.
Endpoint end_or_zero(const AnyEndpoint& end, Family family) {
  if (const Endpoint* ip = inet(end)) return *ip;
  return {family == Family::ipv4 ? Address::ipv4({}) : Address{}, 0};
}

bool end_holds(const Target& target, const AnyEndpoint& end, const Facts& facts) {
  const Socket& socket = facts.socket;
  if (target.transport && *target.transport != socket.transport) return false;
  if (target.family && *target.family != socket.family) return false;
  if (target.has_name()) return target.is_name_of(end, facts.strings);
  if (const VsockEndpoint* vsock = vsock_end(end)) {
    return !target.address && (!target.cid || *target.cid == vsock->cid) &&
           (!target.ports || target.ports->contains(vsock->port));
  }
  if (!is_ip(socket)) return false;
  const Endpoint ip = end_or_zero(end, socket.family);
  const bool scope_fits =
      target.interface.empty() || is_untold_by_proc(socket) || socket.interface == target.interface_index;
  return scope_fits && (!target.ports || target.ports->contains(ip.port)) &&
         (!target.address || target.address->contains(ip.address));
}

/// Which interface the scope of an address means, /proc does not tell.
bool is_scope_untold(const Target& target, const Socket& socket) {
  return !target.interface.empty() && is_untold_by_proc(socket);
}

/// Whether one of the targets is meant, by `fits`.
template <class Fits>
Truth any_target_holds(const Condition& condition, const Socket& socket, const Fits& fits) {
  Truth truth = Truth::no;
  for (const Target& target : std::get<std::vector<Target>>(condition.values)) {
    if (!fits(target)) continue;
    if (!is_scope_untold(target, socket)) return Truth::yes;
    truth = Truth::maybe;
  }
  return truth;
}

template <AnyEndpoint Socket::*end>
Truth any_end_holds(const Condition& condition, const Facts& facts) {
  return any_target_holds(condition, facts.socket,
                          [&](const Target& target) { return end_holds(target, facts.socket.*end, facts); });
}

void tell_optional(const std::optional<std::uint32_t>& number, Judge& judge) {
  if (number) judge.number(*number);
}

}  // namespace

void tell_state(const Facts& facts, Judge& judge) { tell_enumerator(facts.socket.state, judge); }
void tell_transport(const Facts& facts, Judge& judge) { tell_enumerator(facts.socket.transport, judge); }
void tell_family(const Facts& facts, Judge& judge) { tell_enumerator(facts.socket.family, judge); }

void tell_local_port(const Facts& facts, Judge& judge) { tell_optional(port_of(facts.socket.local), judge); }

void tell_peer_port(const Facts& facts, Judge& judge) {
  const auto port = port_of(facts.socket.peer);
  judge.number(port.value_or(0));
}

void tell_ports(const Facts& facts, Judge& judge) {
  tell_optional(port_of(facts.socket.local), judge);
  tell_optional(port_of(facts.socket.peer), judge);
}

void tell_interface(const Facts& facts, Judge& judge) {
  if (is_untold_by_proc(facts.socket)) return judge.untold();
  judge.number(facts.socket.interface);
}

void tell_cgroup(const Facts& facts, Judge& judge) {
  const Socket& socket = facts.socket;
  if (is_untold_by_proc(socket)) return judge.untold();
  if (socket.cgroup == 0) return;
  judge.number(socket.cgroup);
  if (facts.snapshot == nullptr) return;
  const StringId path = Snapshot::look_up(facts.snapshot->cgroups, socket.cgroup);
  if (path != StringId::none) judge.text(facts.strings.text(path));
}

void tell_uid(const Facts& facts, Judge& judge) {
  const auto& uid = facts.socket.uid;
  if (!uid) return;
  judge.number(*uid);
  if (facts.snapshot == nullptr) return;
  const StringId name = Snapshot::look_up(facts.snapshot->users, *uid);
  if (name != StringId::none) judge.text(facts.strings.text(name));
}

void tell_scope(const Facts& facts, Judge& judge) {
  const Endpoint* peer = inet(facts.socket.peer);
  const Endpoint* end = peer != nullptr ? peer : inet(facts.socket.local);
  if (end != nullptr) tell_enumerator(scope_of(end->address), judge);
}

void tell_direction(const Facts& facts, Judge& judge) {
  if (facts.socket.direction != Direction::untold) tell_enumerator(facts.socket.direction, judge);
}

void tell_inode(const Facts& facts, Judge& judge) {
  if (facts.socket.inode != 0) judge.number(facts.socket.inode);
}

void tell_cookie(const Facts& facts, Judge& judge) {
  if (facts.socket.source == Source::proc) return judge.untold();
  if (facts.socket.cookie != 0) judge.number(facts.socket.cookie);
}

void tell_recv_queue(const Facts& facts, Judge& judge) { tell_optional(facts.socket.recv_queue, judge); }
void tell_send_queue(const Facts& facts, Judge& judge) { tell_optional(facts.socket.send_queue, judge); }

void tell_drops(const Facts& facts, Judge& judge) {
  const bool untold = !facts.socket.drops && is_untold_by_proc(facts.socket);
  untold ? judge.untold() : tell_optional(facts.socket.drops, judge);
}

Truth local_end_holds(const Condition& condition, const Facts& facts) {
  return any_end_holds<&Socket::local>(condition, facts);
}
Truth peer_end_holds(const Condition& condition, const Facts& facts) {
  return any_end_holds<&Socket::peer>(condition, facts);
}

Truth target_holds(const Condition& condition, const Facts& facts) {
  return any_target_holds(condition, facts.socket,
                          [&](const Target& target) { return target.matches(facts.socket, facts.strings); });
}

}  // namespace portscope
