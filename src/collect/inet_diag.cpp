// SPDX-License-Identifier: MIT
#include "collect/inet_diag.hpp"

#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "collect/inet_details.hpp"
#include "collect/kept_attributes.hpp"
#include "portscope/detail_types.hpp"

namespace collect {

using portscope::Address;
using portscope::Endpoint;
using portscope::EnumSet;
using portscope::Need;
using portscope::Socket;
using portscope::State;
using portscope::Transport;

namespace {

/// struct inet_diag_sockid holds an address as four words in network order; IPv4 uses the first.
Endpoint endpoint(std::uint8_t family, const __be32 (&words)[4], __be16 port) {
  if (family == AF_INET) {
    std::array<std::uint8_t, 4> four{};
    std::memcpy(four.data(), static_cast<const void*>(words), four.size());
    return {Address::ipv4(four), ntohs(port)};
  }
  Address::Bytes sixteen{};
  std::memcpy(sixteen.data(), static_cast<const void*>(words), sixteen.size());
  return {Address::ipv6(sixteen), ntohs(port)};
}

bool asks_for_details(Transport transport, const Question& question) {
  constexpr EnumSet<Need> detailed{Need::tcp_info, Need::memory, Need::timer, Need::options};
  return transport == Transport::mptcp || !(question.request.needs & detailed).empty();
}

void dump(const Family& family, const Question& question, Pass& pass, const sys::DiagRequest& request) {
  const bool has_details = asks_for_details(family.transport, question);
  const auto end = question.doors.diag.dump(request, [&](sys::Bytes body) {
    if (body.size() < sizeof(inet_diag_msg)) return;  // not a row of ours; never read past it
    const InetRow row = parse_inet(family.transport, body);
    if (row.counted) ++pass.counted;
    Socket* const kept = keep(question, pass, row.socket);
    if (kept != nullptr && has_details) keep_inet_details(body, question, *kept);
  });
  pass.error = end.error;
  pass.whole = pass.whole && end.in_one_piece;
}

void append_protocol(std::uint32_t protocol, std::vector<std::byte>& body) {
  sys::append_attribute(body, INET_DIAG_REQ_PROTOCOL, std::as_bytes(std::span(&protocol, 1)));
}

/// sdiag_protocol has 8 bits; MPTCP's number does not fit and goes into an attribute (Linux 5.9). An
/// older kernel must not take it for TCP's, which is what its lower 8 bits are.
void ask_for_protocol(std::uint16_t protocol, inet_diag_req_v2& fixed, std::vector<std::byte>& body) {
  const bool fits = protocol <= UINT8_MAX;
  fixed.sdiag_protocol = fits ? static_cast<std::uint8_t>(protocol) : 0;
  const auto bytes = std::as_bytes(std::span(&fixed, 1));
  body.assign(bytes.begin(), bytes.end());
  if (!fits) append_protocol(protocol, body);
}

/// How else than by ENOENT a kernel says that there is nobody to answer: EOPNOTSUPP to the request of
/// old, EINVAL to an attribute that it does not know.
bool is_missing(const Family& family, int error) {
  return error == EOPNOTSUPP || (error == EINVAL && family.protocol > UINT8_MAX);
}

}  // namespace

InetRow parse_inet(Transport transport, sys::Bytes body) {
  const auto message = sys::copy_from<inet_diag_msg>(body);
  InetRow row =
      inet_row({transport, message.idiag_family == AF_INET ? portscope::Family::ipv4 : portscope::Family::ipv6,
                portscope::Source::netlink, message.idiag_state, message.idiag_timer,
                endpoint(message.idiag_family, message.id.idiag_src, message.id.idiag_sport),
                endpoint(message.idiag_family, message.id.idiag_dst, message.id.idiag_dport), message.idiag_inode,
                message.idiag_uid});
  row.socket.interface = message.id.idiag_if;
  row.socket.cookie = cookie_of(message.id.idiag_cookie);
  row.socket.recv_queue = message.idiag_rqueue;
  row.socket.send_queue = message.idiag_wqueue;
  read_row_attributes(attributes_of(body), row.socket);
  return row;
}

sys::Bytes attributes_of(sys::Bytes body) { return body.subspan(std::min(body.size(), sizeof(inet_diag_msg))); }

void keep_inet_details(sys::Bytes body, const Question& question, Socket& socket) {
  if (question.needs(Need::timer)) {
    const auto message = sys::copy_from<inet_diag_msg>(body);
    const portscope::Timer timer{message.idiag_timer, message.idiag_retrans, message.idiag_expires};
    keep_value(question, socket, portscope::DetailKind::timer, timer);
  }
  read_details(attributes_of(body), question, socket);
}

EnumSet<State> states_to_read(const Question& question) {
  constexpr EnumSet<State> not_talking{State::bound, State::unconnected};
  auto states = question.request.selection.states;
  if (question.needs(Need::time_wait_count)) states.insert(State::time_wait);
  if (question.needs(Need::requests)) states.insert(State::syn_received);
  // Who called whom is told by all others; merely bound sockets tell nothing and cost a walk more.
  if (question.needs(Need::direction)) states |= portscope::every<State>() - not_talking;
  return states;
}

Pass dump_inet(const Family& family, const Question& question) {
  const auto wanted_families = families_to_read(question);
  const std::uint32_t states = state_mask(family.transport, states_to_read(question));
  const std::uint8_t extensions = wanted_extensions(family.transport, question);
  Pass pass;
  // Bound, listening and connected sockets lie in different tables, walked one after the other:
  // a server that goes from bind() to listen() meanwhile may be in neither.
  const auto asked = question.request.selection.states;
  pass.whole =
      family.transport != Transport::tcp || !asked.contains(State::bound) || asked == EnumSet<State>{State::bound};

  // The request of old answers for IPv4 and IPv6 in one walk over the table, which for TCP and MPTCP
  // is the dear part (inet_diag_dump_compat); others can be asked that way since Linux 5.9 only, as
  // can MPTCP at all.
  std::vector<std::byte> body;
  const bool in_one_walk = family.transport == Transport::tcp || family.transport == Transport::mptcp;
  if (in_one_walk && wanted_families.contains(portscope::Family::ipv4) &&
      wanted_families.contains(portscope::Family::ipv6)) {
    inet_diag_req both{};
    both.idiag_family = AF_INET;
    both.idiag_ext = extensions;
    both.idiag_states = states;
    const auto bytes = std::as_bytes(std::span(&both, 1));
    body.assign(bytes.begin(), bytes.end());
    if (family.protocol > UINT8_MAX) append_protocol(family.protocol, body);
    dump(family, question, pass, {TCPDIAG_GETSOCK, body});
    if (is_missing(family, pass.error)) pass.error = ENOENT;
    return pass;
  }
  for (const auto& [wanted, number] :
       {std::pair{portscope::Family::ipv4, AF_INET}, std::pair{portscope::Family::ipv6, AF_INET6}}) {
    if (!wanted_families.contains(wanted) || pass.error != 0) continue;
    inet_diag_req_v2 one{};
    one.sdiag_family = static_cast<std::uint8_t>(number);
    one.idiag_ext = extensions;
    one.idiag_states = states;
    ask_for_protocol(family.protocol, one, body);
    dump(family, question, pass, {SOCK_DIAG_BY_FAMILY, body});
  }
  if (is_missing(family, pass.error)) pass.error = ENOENT;
  return pass;
}

}  // namespace collect
