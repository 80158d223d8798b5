// SPDX-License-Identifier: MIT
#include "act/close_sockets.hpp"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "collect/errors.hpp"

namespace act {

using portscope::ClosedSocket;
using portscope::Closing;
using portscope::Endpoint;
using portscope::Socket;
using portscope::State;
using portscope::Transport;

namespace {

/// Those that have a destroy function (net/ipv4/tcp_diag.c, udp_diag.c) and are found by their ends. The TCP sockets of
/// an MPTCP one can be closed, itself it cannot.
std::optional<std::uint8_t> protocol_of(Transport transport) {
  if (transport == Transport::tcp) return IPPROTO_TCP;
  if (transport == Transport::udp) return IPPROTO_UDP;
  if (transport == Transport::udplite) return IPPROTO_UDPLITE;
  return std::nullopt;
}

void put_address(const Endpoint& end, bool four, __be32 (&words)[4]) {
  constexpr std::size_t first_of_ipv4 = 12;
  const std::size_t first = four ? first_of_ipv4 : 0;
  const auto& bytes = end.address.bytes();
  std::memcpy(static_cast<void*>(words), bytes.data() + first, bytes.size() - first);
}

inet_diag_req_v2 request_for(const Socket& socket, std::uint8_t protocol) {
  const bool four = socket.family == portscope::Family::ipv4;
  inet_diag_req_v2 request{};
  request.sdiag_family = four ? AF_INET : AF_INET6;
  request.sdiag_protocol = protocol;
  request.idiag_states = UINT32_MAX;
  request.id.idiag_if = socket.interface;
  if (const Endpoint* local = inet(socket.local)) {
    request.id.idiag_sport = htons(local->port);
    put_address(*local, four, request.id.idiag_src);
  }
  if (const Endpoint* peer = inet(socket.peer)) {
    request.id.idiag_dport = htons(peer->port);
    put_address(*peer, four, request.id.idiag_dst);
  }
  constexpr unsigned half = 32;
  request.id.idiag_cookie[0] = static_cast<std::uint32_t>(socket.cookie);
  request.id.idiag_cookie[1] = static_cast<std::uint32_t>(socket.cookie >> half);
  return request;
}

int destroy(sys::Diag& diag, const inet_diag_req_v2& request) {
  return diag.destroy(std::as_bytes(std::span(&request, 1)));
}

/// Of several that share a port by SO_REUSEPORT the kernel's look-up picks one, by a hash over both ends. The cookie
/// keeps it from closing the wrong one; other callers' ports lead to the others.
int destroy_one_of_group(sys::Diag& diag, inet_diag_req_v2 request) {
  constexpr std::uint16_t tries = 512;
  int error = ENOENT;
  for (std::uint16_t port = 1; port <= tries && (error == ENOENT || error == ESTALE); ++port) {
    request.id.idiag_dport = htons(port);
    error = destroy(diag, request);
  }
  return error;
}

Closing fate_of(int error) {
  switch (error) {
    case 0:
      return Closing::closed;
    case ENOENT:
    case ESTALE:
      return Closing::gone;
    case EPERM:
    case EACCES:
      return Closing::denied;
    case EOPNOTSUPP:
      return Closing::unsupported;
    default:
      return Closing::failed;
  }
}

/// What is known before the kernel is asked; nothing where it has to be.
std::optional<ClosedSocket> foretold(const Socket& socket) {
  if (!protocol_of(socket.transport)) return ClosedSocket{0, Closing::unsupported, collect::errno_name(EOPNOTSUPP)};
  // Without the cookie, whatever has these ends now would be closed. What is only bound is in no table of the look-up.
  const bool is_unreachable = socket.cookie == 0 || socket.state == State::bound;
  if (is_unreachable) return ClosedSocket{0, Closing::unreachable, collect::errno_name(ENOENT)};
  return std::nullopt;
}

ClosedSocket close_one(sys::Diag& diag, const Socket& socket) {
  if (const auto known = foretold(socket)) return *known;
  const inet_diag_req_v2 request = request_for(socket, *protocol_of(socket.transport));
  int error = destroy(diag, request);
  const bool may_be_in_group = socket.state == State::listen || socket.state == State::unconnected;
  if ((error == ENOENT || error == ESTALE) && may_be_in_group) error = destroy_one_of_group(diag, request);
  return {0, fate_of(error), error == 0 ? "" : collect::errno_name(error)};
}

}  // namespace

std::vector<ClosedSocket> close_sockets(sys::Diag& diag, const portscope::Snapshot& snapshot,
                                        std::span<const std::uint32_t> sockets) {
  std::vector<ClosedSocket> closed;
  closed.reserve(sockets.size());
  for (const std::uint32_t position : sockets) {
    closed.push_back(close_one(diag, snapshot.sockets[position]));
    closed.back().socket = position;
  }
  return closed;
}

}  // namespace act

std::vector<portscope::ClosedSocket> portscope::never_closed(const Snapshot& snapshot,
                                                             std::span<const std::uint32_t> sockets) {
  std::vector<ClosedSocket> never;
  for (const std::uint32_t position : sockets) {
    if (const auto known = act::foretold(snapshot.sockets[position])) {
      never.push_back(*known);
      never.back().socket = position;
    }
  }
  return never;
}

std::vector<portscope::ClosedSocket> portscope::close_sockets(const Snapshot& snapshot,
                                                              std::span<const std::uint32_t> sockets) {
  const auto diag = sys::open_diag();
  return act::close_sockets(*diag, snapshot, sockets);
}
