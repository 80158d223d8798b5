// SPDX-License-Identifier: MIT
#include "model/bind_rules.hpp"

#include <algorithm>
#include <array>

namespace portscope {

namespace {

const Address& address_of(const Socket& socket) {
  static constexpr Address none;
  const Endpoint* local = inet(socket.local);
  return local != nullptr ? local->address : none;
}

bool is_ipv6_wildcard(const Address& address) { return address == Address{}; }

bool has_peer(const Socket& socket) {
  return socket.state != State::listen && socket.state != State::bound && socket.state != State::unconnected;
}

/// Whether an IPv6 socket at an address of its own has the port of the IPv4 wildcard, too. One that was bound to that
/// address is v6only by that. One that connected from a dual-stack socket, or was accepted by one, is not, and an IPv4
/// socket takes it for one at 127.0.0.6 (LOOPBACK4_IPV6, net/ipv6/tcp_ipv6.c; ipv4_rcv_saddr_equal).
Truth takes_ipv4_wildcard(const PortHolder& holder) {
  return has_peer(*holder.socket) ? opposite(truth_of(holder.v6_only)) : Truth::no;
}

/// IPv4 meets IPv6.
Truth overlap_across(const BindAttempt& attempt, const PortHolder& holder) {
  if (is_ipv6_wildcard(attempt.address)) return known(!attempt.v6_only);
  if (!attempt.address.is_ipv4()) return Truth::no;  // bound to an address of IPv6
  if (is_ipv6_wildcard(address_of(*holder.socket))) return opposite(truth_of(holder.v6_only));
  const bool is_wildcard = attempt.family == Family::ipv4 && attempt.address.is_wildcard();
  return is_wildcard ? takes_ipv4_wildcard(holder) : Truth::no;
}

bool is_connection(const Socket& socket) {
  return socket.transport == Transport::tcp && socket.state != State::listen && socket.state != State::bound &&
         socket.state != State::time_wait;
}

/// A port that nobody asked for comes from this range; a server's, as a rule, does not. What was accepted has the flags
/// of its listener, and servers set SO_REUSEADDR; clients have no use for it.
bool is_clients_own(const Meeting& meeting) {
  const auto& range = meeting.settings.local_port_range;
  if (meeting.holder.socket->state != State::syn_sent && meeting.holder.reuse_address == true) return false;
  return meeting.holder.socket->state == State::syn_sent || !range || range->contains(meeting.attempt.port);
}

bool crosses_families(const Meeting& meeting) {
  const Address& one = meeting.attempt.address;
  const Address& other = address_of(*meeting.holder.socket);
  return one.is_ipv4() != other.is_ipv4();
}

constexpr auto rule_table = std::to_array<BindRuleRow>({
    {BindRule::reuseport_other_user,
     [](const Meeting& m) {
       return m.attempt.reuse_port && m.holder.reuse_port.value_or(false) &&
              m.holder.socket->state != State::time_wait &&
              m.holder.socket->uid.value_or(m.attempt.uid) != m.attempt.uid;
     },
     "both set SO_REUSEPORT, but only sockets of one and the same user may share a port"},
    {BindRule::ipv6_connection,
     [](const Meeting& m) {
       return m.attempt.address.is_ipv4() && has_peer(*m.holder.socket) && !address_of(*m.holder.socket).is_ipv4();
     },
     "a connection over IPv6, even one that is over, has the port of 0.0.0.0 too, unless its socket is v6only"},
    {BindRule::time_wait, [](const Meeting& m) { return m.holder.socket->state == State::time_wait; },
     "a connection that is over keeps its port until no late segment of it can come any more"},
    {BindRule::accepted_connection, [](const Meeting& m) { return is_connection(*m.holder.socket) && m.has_listener; },
     "a connection that was accepted on the port has it as its listener does"},
    {BindRule::ephemeral_client, [](const Meeting& m) { return is_connection(*m.holder.socket) && is_clients_own(m); },
     "an outgoing connection was given this port for its own end, and has it until it is over"},
    {BindRule::leftover_connection, [](const Meeting& m) { return is_connection(*m.holder.socket); },
     "a connection that was accepted on the port lives on, although nobody listens there any more"},
    {BindRule::connected_datagram,
     [](const Meeting& m) {
       return m.holder.socket->transport != Transport::tcp && m.holder.socket->state == State::established;
     },
     "a connected datagram socket has its address and port for itself, whoever its peer is"},
    {BindRule::bound_not_listening, [](const Meeting& m) { return m.holder.socket->state == State::bound; },
     "a socket that called bind() has the port, although it does not listen"},
    {BindRule::dual_stack_wildcard, crosses_families,
     "the IPv6 wildcard :: takes the port of IPv4 too, unless IPV6_V6ONLY is set"},
    {BindRule::wildcard_covers,
     [](const Meeting& m) { return m.attempt.address.is_wildcard() != address_of(*m.holder.socket).is_wildcard(); },
     "a wildcard takes the port on every address, so none of them is left"},
    {BindRule::same_address, [](const Meeting&) { return true; },
     "two sockets may have one address and port only if both allow it"},

    {BindRule::unseen_holder, nullptr, "the kernel refuses, and no table shows who has the port"},
    {BindRule::privileged_port, nullptr,
     "ports below net.ipv4.ip_unprivileged_port_start are for those who have CAP_NET_BIND_SERVICE"},
    {BindRule::address_not_local, nullptr, "no interface of this network namespace has that address"},
    {BindRule::scope_missing, nullptr, "a link-local address is one only together with its interface"},

    {BindRule::in_ephemeral_range, nullptr,
     "the kernel may give this port to any client, and then bind() fails (net.ipv4.ip_local_port_range)"},
    {BindRule::reserved_port, nullptr,
     "the kernel gives this port to nobody by itself (net.ipv4.ip_local_reserved_ports); bind() may have it"},
    {BindRule::below_unprivileged, nullptr, "whoever lacks CAP_NET_BIND_SERVICE would be refused with EACCES"},
    {BindRule::other_address, nullptr, "on another address the same port is another port"},
    {BindRule::other_interface, nullptr, "sockets bound to different interfaces do not meet"},
    {BindRule::other_protocol, nullptr, "each protocol has ports of its own"},
    {BindRule::other_namespace, nullptr, "each network namespace has ports of its own"},
    {BindRule::published_by_nat, nullptr, "NAT rules are asked before any socket is, and bind() does not notice them"},
    {BindRule::listen_race, nullptr,
     "both may bind() with SO_REUSEADDR; whoever calls listen() second gets EADDRINUSE from it"},
    {BindRule::listen_refuses, nullptr,
     "bind() succeeds by what the kernel remembers of the port (before Linux 6.8); listen() looks again, and fails"},
    {BindRule::shares_port, nullptr, "bind() succeeds beside a socket that is there, and the two share what comes"},
    {BindRule::reuseport_shortcut, nullptr,
     "the kernel remembers the last SO_REUSEPORT socket of the port, and lets its like pass without looking further"},
    {BindRule::model_disagrees, nullptr,
     "the rules foretold something else: the port changed hands meanwhile, or something decides that is not seen here"},
});

}  // namespace

std::span<const BindRuleRow> bind_rules() { return rule_table; }

std::string_view explanation(BindRule rule) {
  const auto* const row =
      std::find_if(rule_table.begin(), rule_table.end(), [&](const auto& entry) { return entry.rule == rule; });
  return row->explanation;
}

/// As the kernel compares them (inet_rcv_saddr_equal, net/ipv4/inet_connection_sock.c).
Truth addresses_overlap(const BindAttempt& attempt, const PortHolder& holder) {
  const Address& one = attempt.address;
  const Address& other = address_of(*holder.socket);
  if (one.is_ipv4() != other.is_ipv4()) return overlap_across(attempt, holder);
  return known(one.is_wildcard() || other.is_wildcard() || one == other);
}

Truth interfaces_overlap(const BindAttempt& attempt, const Socket& holder) {
  if (attempt.interface == 0) return Truth::yes;
  // /proc has no column for it.
  if (holder.interface == 0) return holder.source == Source::proc ? Truth::maybe : Truth::yes;
  return attempt.interface == holder.interface ? Truth::yes : Truth::no;
}

BindRule rule_of(const Meeting& meeting) {
  const auto* const row = std::find_if(rule_table.begin(), rule_table.end(), [&](const auto& entry) {
    return entry.is_it != nullptr && entry.is_it(meeting);
  });
  return row->rule;
}

}  // namespace portscope
