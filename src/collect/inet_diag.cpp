// SPDX-License-Identifier: MIT
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "collect/family.hpp"
#include "collect/inet_row.hpp"

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

/// The last of the numbers; a kernel that sends fewer does not tell.
std::optional<std::uint32_t> drops_of(sys::Bytes meminfo) {
  constexpr std::size_t place = SK_MEMINFO_DROPS * sizeof(std::uint32_t);
  if (meminfo.size() < place + sizeof(std::uint32_t)) return std::nullopt;
  return sys::copy_from<std::uint32_t>(meminfo.subspan(place));
}

void read_attributes(sys::Bytes attributes, Socket& socket) {
  while (const auto attribute = sys::next_attribute(attributes)) {
    switch (attribute->type) {
      case INET_DIAG_SKV6ONLY:
        socket.v6_only = sys::copy_from<std::uint8_t>(attribute->payload) != 0;
        break;
      case INET_DIAG_CGROUP_ID:
        socket.cgroup = sys::copy_from<std::uint64_t>(attribute->payload);
        break;
      case INET_DIAG_SKMEMINFO:
        socket.drops = drops_of(attribute->payload);
        break;
      default:  // attributes nobody asked about yet, and those of later kernels
        break;
    }
  }
}

/// One struct inet_diag_msg (linux/inet_diag.h) and its attributes.
InetRow parse(Transport transport, sys::Bytes body) {
  const auto message = sys::copy_from<inet_diag_msg>(body);
  InetRow row =
      inet_row({transport, message.idiag_family == AF_INET ? portscope::Family::ipv4 : portscope::Family::ipv6,
                portscope::Source::netlink, message.idiag_state, message.idiag_timer,
                endpoint(message.idiag_family, message.id.idiag_src, message.id.idiag_sport),
                endpoint(message.idiag_family, message.id.idiag_dst, message.id.idiag_dport), message.idiag_inode,
                message.idiag_uid});
  row.socket.interface = message.id.idiag_if;
  row.socket.cookie = (std::uint64_t{message.id.idiag_cookie[1]} << 32U) | message.id.idiag_cookie[0];
  row.socket.recv_queue = message.idiag_rqueue;
  row.socket.send_queue = message.idiag_wqueue;
  if (body.size() > sizeof message) read_attributes(body.subspan(sizeof message), row.socket);
  return row;
}

template <class RequestStruct>
void dump(const Family& family, const Question& question, Pass& pass, std::uint16_t type, const RequestStruct& body) {
  const auto end = question.doors.diag.dump({type, std::as_bytes(std::span(&body, 1))}, [&](sys::Bytes row) {
    if (row.size() < sizeof(inet_diag_msg)) return;  // not a row of ours; never read past it
    const InetRow parsed = parse(family.transport, row);
    if (parsed.counted) ++pass.counted;
    keep(question, pass, parsed.socket);
  });
  pass.error = end.error;
  pass.whole = pass.whole && end.datagrams <= 1;
}

std::uint32_t wanted_states(const Family& family, const Question& question) {
  auto states = question.request.selection.states;
  if (question.request.needs.contains(Need::time_wait_count)) states.insert(State::time_wait);
  return state_mask(family.transport, states);
}

}  // namespace

Pass dump_inet(const Family& family, const Question& question) {
  const auto wanted_families = question.request.selection.families;
  const std::uint32_t states = wanted_states(family, question);
  const bool drops = question.request.needs.contains(Need::drops);
  const std::uint8_t extensions = drops ? 1U << (INET_DIAG_SKMEMINFO - 1U) : 0;
  Pass pass;
  // Bound, listening and connected sockets lie in different tables, walked one after the other:
  // a server that goes from bind() to listen() meanwhile may be in neither.
  const auto asked = question.request.selection.states;
  pass.whole =
      family.transport != Transport::tcp || !asked.contains(State::bound) || asked == EnumSet<State>{State::bound};

  // The request of old answers for IPv4 and IPv6 in one walk over the table, which for TCP is
  // the dear part (inet_diag_dump_compat); only TCP can be asked that way on every kernel.
  if (family.transport == Transport::tcp && wanted_families.contains(portscope::Family::ipv4) &&
      wanted_families.contains(portscope::Family::ipv6)) {
    inet_diag_req both{};
    both.idiag_family = AF_INET;
    both.idiag_ext = extensions;
    both.idiag_states = states;
    dump(family, question, pass, TCPDIAG_GETSOCK, both);
    if (pass.error == EOPNOTSUPP) pass.error = ENOENT;  // how this request says that inet_diag is not there
    return pass;
  }
  for (const auto& [wanted, number] :
       {std::pair{portscope::Family::ipv4, AF_INET}, std::pair{portscope::Family::ipv6, AF_INET6}}) {
    if (!wanted_families.contains(wanted) || pass.error != 0) continue;
    inet_diag_req_v2 one{};
    one.sdiag_family = static_cast<std::uint8_t>(number);
    one.sdiag_protocol = family.protocol;
    one.idiag_ext = extensions;
    one.idiag_states = states;
    dump(family, question, pass, SOCK_DIAG_BY_FAMILY, one);
  }
  return pass;
}

}  // namespace collect
