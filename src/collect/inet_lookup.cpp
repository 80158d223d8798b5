// SPDX-License-Identifier: MIT
#include "collect/inet_lookup.hpp"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "collect/inet_details.hpp"
#include "collect/inet_diag.hpp"
#include "sys/machine.hpp"

namespace collect {

using portscope::FiveTuple;

namespace {

void put_address(const portscope::Address& address, bool four, __be32 (&words)[4]) {
  constexpr std::size_t first_of_ipv4 = 12;
  const std::size_t first = four ? first_of_ipv4 : 0;
  std::memcpy(static_cast<void*>(words), address.bytes().data() + first, address.bytes().size() - first);
}

inet_diag_req_v2 request_for(const Family& family, const Question& question, const FiveTuple& tuple) {
  const bool four = tuple.local.address.is_ipv4() && tuple.peer.address.is_ipv4();
  inet_diag_req_v2 request{};
  request.sdiag_family = four ? AF_INET : AF_INET6;
  request.sdiag_protocol = static_cast<std::uint8_t>(family.protocol);
  request.idiag_ext = wanted_extensions(family.transport, question);
  request.idiag_states = UINT32_MAX;
  request.id.idiag_sport = htons(tuple.local.port);
  request.id.idiag_dport = htons(tuple.peer.port);
  put_address(tuple.local.address, four, request.id.idiag_src);
  put_address(tuple.peer.address, four, request.id.idiag_dst);
  std::fill(std::begin(request.id.idiag_cookie), std::end(request.id.idiag_cookie), INET_DIAG_NOCOOKIE);
  return request;
}

/// A socket that is bound to an interface is found only by who names it (net/ipv4/inet_hashtables.c,
/// INET_MATCH). Of two with the same ends, of which one is bound, this finds the one that packets find.
Pass look_up(const Family& family, const Question& question, const FiveTuple& tuple,
             std::span<const std::uint32_t> interfaces) {
  Pass pass;
  pass.whole = true;
  auto request = request_for(family, question, tuple);
  for (const std::uint32_t interface : interfaces) {
    request.id.idiag_if = interface;
    const int error =
        question.doors.diag.look_up({SOCK_DIAG_BY_FAMILY, std::as_bytes(std::span(&request, 1))}, [&](sys::Bytes body) {
          if (body.size() < sizeof(inet_diag_msg)) return;
          const InetRow row = parse_inet(family.transport, body);
          // Where there is no such connection, the listener that would take one answers.
          if (five_tuple(row.socket) != tuple) return;
          const auto is_it = [&](const portscope::Socket& known) { return known.cookie == row.socket.cookie; };
          if (std::any_of(pass.rows.begin(), pass.rows.end(), is_it)) return;
          if (portscope::Socket* const kept = keep(question, pass, row.socket))
            keep_inet_details(body, question, *kept);
        });
    if (error != 0 && error != ENOENT) pass.error = error;
  }
  return pass;
}

}  // namespace

Pass look_up(const Family& family, const Question& question, const FiveTuple& tuple) {
  std::vector<std::uint32_t> interfaces = sys::interface_indices();
  interfaces.insert(interfaces.begin(), 0);
  return look_up(family, question, tuple, interfaces);
}

Pass look_up(const Family& family, const Question& question, const Ends& ends) {
  return look_up(family, question, ends.tuple, std::span(&ends.interface, 1));
}

}  // namespace collect
