// SPDX-License-Identifier: MIT
#include <algorithm>

#include "model/evaluate.hpp"
#include "model/filter_fields.hpp"
#include "portscope/selection.hpp"

namespace portscope {

namespace {

/// The states that sockets of that transport are ever in; more where nobody is sure.
EnumSet<State> states_of(Transport transport) {
  constexpr EnumSet<Transport> datagrams{Transport::udp, Transport::udplite, Transport::raw, Transport::icmp};
  if (datagrams.contains(transport)) return {State::established, State::unconnected};
  if (transport == Transport::unix_socket) {
    return {State::listen, State::established, State::unconnected, State::syn_sent, State::closing, State::closed};
  }
  if (transport == Transport::tcp) return every<State>() - EnumSet<State>{State::unconnected};
  return every<State>();
}

bool may_be_of(const Target& target, const Socket& kind) {
  constexpr EnumSet<Transport> with_ports = inet_transports | EnumSet<Transport>{Transport::vsock};
  if (target.transport && *target.transport != kind.transport) return false;
  if (target.family && *target.family != kind.family) return false;
  const bool is_unix = kind.transport == Transport::unix_socket;
  if (target.has_name() || is_unix) return target.has_name() && is_unix;
  if (target.ports && !with_ports.contains(kind.transport)) return false;
  // An IPv6 socket may have IPv4 addresses, and not the other way round.
  return !target.address || kind.family == Family::ipv6 ||
         (kind.family == Family::ipv4 && target.address->address.is_ipv4());
}

/// Whether the condition holds of a socket of which nothing is known but transport, family and state.
Truth holds_of_kind(const Condition& condition, const Socket& kind) {
  const FilterField& field = field_of(condition);
  if (!arises(field, kind)) return Truth::no;
  if (const auto* targets = std::get_if<std::vector<Target>>(&condition.values)) {
    const bool possible =
        std::any_of(targets->begin(), targets->end(), [&](const Target& target) { return may_be_of(target, kind); });
    return possible ? Truth::maybe : Truth::no;
  }
  constexpr EnumSet<State> without_peer{State::listen, State::bound, State::unconnected};
  static const StringPool no_strings;
  if (field.id == FieldId::dport && without_peer.contains(kind.state))
    return field.holds(condition, {kind, no_strings});
  const bool is_known = field.id == FieldId::state || field.id == FieldId::proto || field.id == FieldId::family;
  return is_known ? field.holds(condition, {kind, no_strings}) : Truth::maybe;
}

/// The kinds of sockets that may match.
struct Kinds {
  EnumSet<Transport> transports;
  EnumSet<Family> families;
  EnumSet<State> states;
};

void add_possible(const Selection& selection, Socket kind, Kinds& kinds) {
  const auto states = selection.states & states_of(kind.transport);
  for (std::size_t s = 0; s < Names<State>::list.size(); ++s) {
    kind.state = static_cast<State>(s);
    if (!states.contains(kind.state)) continue;
    const auto decide = [&](const Condition& condition) { return holds_of_kind(condition, kind); };
    if (evaluate(selection.filter, decide) == Truth::no) continue;
    kinds.transports.insert(kind.transport);
    kinds.families.insert(kind.family);
    kinds.states.insert(kind.state);
  }
}

}  // namespace

void narrow(Selection& selection) {
  Kinds kinds;
  for (std::size_t f = 0; f < Names<Family>::list.size(); ++f) {
    const auto family = static_cast<Family>(f);
    if (!selection.families.contains(family)) continue;
    for (std::size_t t = 0; t < Names<Transport>::list.size(); ++t) {
      Socket kind;
      kind.family = family;
      kind.transport = static_cast<Transport>(t);
      const bool exists = (selection.transports & transports_of(family)).contains(kind.transport);
      if (exists) add_possible(selection, kind, kinds);
    }
  }
  selection.transports = kinds.transports;
  selection.families = kinds.families;
  selection.states = kinds.states;
}

}  // namespace portscope
