// SPDX-License-Identifier: MIT
// sctp.h wants struct sockaddr_storage first.
#include <sys/socket.h>

#include "collect/socket_options.hpp"

#include <linux/sctp.h>
#include <linux/tcp.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/time.h>

#include <array>
#include <limits>
#include <string_view>

namespace collect {

using portscope::EnumSet;
using portscope::PeerCredentials;
using portscope::SetOptions;
using portscope::Socket;
using portscope::Transport;
using sys::BorrowedSocket;

namespace {

using Transports = EnumSet<Transport>;

constexpr Transports all = portscope::every<Transport>();
constexpr Transports over_ip = portscope::inet_transports;
constexpr Transports tcp{Transport::tcp, Transport::mptcp};
constexpr Transports connected = portscope::connection_transports;
constexpr Transports unix_socket{Transport::unix_socket};

/// What getsockopt(2) is asked for, of which transports, and where the answer goes.
template <class Value>
struct Option {
  int level = SOL_SOCKET;
  int name = 0;
  Transports transports;
  std::optional<Value> SetOptions::*field = nullptr;
};

constexpr auto flags = std::to_array<Option<bool>>({
    {SOL_SOCKET, SO_REUSEADDR, all, &SetOptions::reuse_address},
    {SOL_SOCKET, SO_REUSEPORT, over_ip, &SetOptions::reuse_port},
    {SOL_SOCKET, SO_KEEPALIVE, connected, &SetOptions::keepalive},
    {SOL_SOCKET, SO_BROADCAST, over_ip - connected, &SetOptions::broadcast},
    {SOL_SOCKET, SO_DONTROUTE, over_ip, &SetOptions::dont_route},
    {SOL_SOCKET, SO_OOBINLINE, tcp | unix_socket, &SetOptions::oob_inline},
    {SOL_SOCKET, SO_PASSCRED, unix_socket | Transports{Transport::netlink}, &SetOptions::pass_credentials},
    {IPPROTO_IP, IP_TRANSPARENT, over_ip, &SetOptions::transparent},
    {IPPROTO_IP, IP_FREEBIND, over_ip, &SetOptions::freebind},
    {IPPROTO_TCP, TCP_NODELAY, tcp, &SetOptions::no_delay},
    {IPPROTO_SCTP, SCTP_NODELAY, {Transport::sctp}, &SetOptions::no_delay},
    {IPPROTO_TCP, TCP_CORK, tcp, &SetOptions::cork},
    {IPPROTO_TCP, TCP_QUICKACK, tcp, &SetOptions::quick_ack},
});

constexpr auto numbers = std::to_array<Option<std::uint32_t>>({
    {SOL_SOCKET, SO_RCVBUF, all, &SetOptions::receive_buffer},
    {SOL_SOCKET, SO_SNDBUF, all, &SetOptions::send_buffer},
    {SOL_SOCKET, SO_PRIORITY, all, &SetOptions::priority},
    {SOL_SOCKET, SO_MARK, all, &SetOptions::mark},
    {SOL_SOCKET, SO_BUSY_POLL, over_ip, &SetOptions::busy_poll_us},
    {IPPROTO_TCP, TCP_KEEPIDLE, tcp, &SetOptions::keepalive_idle_s},
    {IPPROTO_TCP, TCP_KEEPINTVL, tcp, &SetOptions::keepalive_interval_s},
    {IPPROTO_TCP, TCP_KEEPCNT, tcp, &SetOptions::keepalive_count},
    {IPPROTO_TCP, TCP_USER_TIMEOUT, tcp, &SetOptions::user_timeout_ms},
    {IPPROTO_TCP, TCP_DEFER_ACCEPT, tcp, &SetOptions::defer_accept_s},
    {IPPROTO_TCP, TCP_MAXSEG, tcp, &SetOptions::max_segment},
    {IPPROTO_TCP, TCP_FASTOPEN, tcp, &SetOptions::fast_open_queue},
});

template <class Value>
void read(const BorrowedSocket& borrowed, const Option<Value>& option, SetOptions& options) {
  const auto answer = borrowed.option<std::uint32_t>(option.level, option.name);
  if (answer) options.*option.field = static_cast<Value>(*answer);
}

std::optional<std::uint32_t> read_timeout(const BorrowedSocket& borrowed, int name) {
  const auto time = borrowed.option<timeval>(SOL_SOCKET, name);
  if (!time) return std::nullopt;
  // The kernel counts in ticks of 1 to 10 ms.
  const auto milliseconds =
      std::uint64_t{1000} * static_cast<std::uint64_t>(time->tv_sec) + static_cast<std::uint64_t>(time->tv_usec) / 1000;
  constexpr auto most = std::numeric_limits<std::uint32_t>::max();
  return milliseconds < most ? static_cast<std::uint32_t>(milliseconds) : most;
}

void read_linger(const BorrowedSocket& borrowed, SetOptions& options) {
  const auto linger = borrowed.option<::linger>(SOL_SOCKET, SO_LINGER);
  if (!linger) return;
  options.linger = linger->l_onoff != 0;
  options.linger_s = static_cast<std::uint32_t>(linger->l_linger);
}

/// The name is as in the network namespace of the socket, with NUL after it.
std::optional<portscope::StringId> read_device(const BorrowedSocket& borrowed, portscope::StringPool& strings) {
  std::array<char, IFNAMSIZ> buffer{};
  const auto answer = borrowed.option(SOL_SOCKET, SO_BINDTODEVICE, std::as_writable_bytes(std::span<char>(buffer)));
  if (!answer) return std::nullopt;
  const std::string_view bytes(buffer.data(), answer->size());
  const std::string_view name = bytes.substr(0, bytes.find('\0'));
  return name.empty() ? portscope::StringId::none : strings.intern(name);
}

std::optional<PeerCredentials> read_credentials(const BorrowedSocket& borrowed) {
  constexpr std::uint32_t nobody = UINT32_MAX;  // without a peer (net/core/sock.c, cred_to_ucred)
  const auto peer = borrowed.option<ucred>(SOL_SOCKET, SO_PEERCRED);
  if (!peer) return std::nullopt;
  PeerCredentials credentials;
  if (peer->pid != 0) credentials.pid = peer->pid;
  if (peer->uid != nobody) credentials.uid = peer->uid;
  if (peer->gid != nobody) credentials.gid = peer->gid;
  return credentials;
}

}  // namespace

SetOptions read_options(const BorrowedSocket& borrowed, const Socket& socket, portscope::StringPool& strings) {
  SetOptions options;
  for (const auto& option : flags) {
    if (option.transports.contains(socket.transport)) read(borrowed, option, options);
  }
  for (const auto& option : numbers) {
    if (option.transports.contains(socket.transport)) read(borrowed, option, options);
  }
  options.receive_timeout_ms = read_timeout(borrowed, SO_RCVTIMEO);
  options.send_timeout_ms = read_timeout(borrowed, SO_SNDTIMEO);
  if (connected.contains(socket.transport)) read_linger(borrowed, options);
  if (unix_socket.contains(socket.transport)) options.peer_credentials = read_credentials(borrowed);
  if (!over_ip.contains(socket.transport)) return options;
  options.bound_device = read_device(borrowed, strings);
  if (const auto cpu = borrowed.option<std::int32_t>(SOL_SOCKET, SO_INCOMING_CPU)) options.incoming_cpu = *cpu;
  if (socket.family == portscope::Family::ipv6) {
    read(borrowed, Option<bool>{IPPROTO_IPV6, IPV6_V6ONLY, over_ip, &SetOptions::v6_only}, options);
  }
  return options;
}

}  // namespace collect
