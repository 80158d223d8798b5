// SPDX-License-Identifier: MIT
#include "collect/bound_by_descriptor.hpp"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <unordered_set>

#include "collect/bind_door.hpp"
#include "collect/descriptor_road.hpp"
#include "collect/errors.hpp"
#include "collect/inet_diag.hpp"
#include "sys/bind_probe.hpp"

namespace collect {

using portscope::Endpoint;
using portscope::Gap;
using portscope::Socket;
using portscope::State;
using portscope::Transport;
using sys::BorrowedSocket;

namespace {

template <class Number>
Number option_or(const BorrowedSocket& borrowed, int level, int name, Number otherwise) {
  const auto told = borrowed.option<Number>(level, name);
  return told ? *told : otherwise;
}

std::optional<Endpoint> local_end(const BorrowedSocket& borrowed, bool is_ipv6) {
  if (is_ipv6) {
    const auto name = borrowed.name<sockaddr_in6>();
    return name ? std::optional(endpoint_of(AF_INET6, name->sin6_addr.s6_addr32, name->sin6_port)) : std::nullopt;
  }
  const auto name = borrowed.name<sockaddr_in>();
  return name ? std::optional(endpoint_of(AF_INET, {name->sin_addr.s_addr}, name->sin_port)) : std::nullopt;
}

/// A socket that lost its port still tells it (inet_put_port clears inet_num, and getsockname(2) reads inet_sport).
/// Then nobody is in the way of another one at its address.
bool has_lost_port(const Socket& socket) {
  portscope::BindAttempt same;
  same.family = socket.family;
  same.address = inet(socket.local)->address;
  same.port = inet(socket.local)->port;
  same.interface = socket.interface;
  same.v6_only = socket.v6_only.value_or(false);
  same.uid = sys::own_user();
  return static_cast<bool>(sys::RealBind().bind(bind_try(same)));
}

using Ports = std::unordered_set<std::uint16_t>;

/// Those of all sockets that a table does show. Where one of them has the port too, a bind() that fails tells nothing.
Ports listed_ports(const Question& question) {
  portscope::Request request;
  request.selection.transports = {Transport::tcp};
  const Family& tcp = family_of(Transport::tcp);
  const Question everything{question.doors, request, question.strings, question.details};
  Pass listed = tcp.dump(tcp, everything);
  if (listed.error != 0) listed = tcp.scan(tcp, everything);
  Ports ports;
  for (const Socket& socket : listed.rows) ports.insert(inet(socket.local)->port);
  return ports;
}

Gap gap(const std::string& why, std::optional<std::uint64_t> count, const std::string& remedy) {
  return {Gap::What::sockets, Transport::tcp, why, count, remedy};
}

}  // namespace

std::optional<Socket> describe_bound(const BorrowedSocket& borrowed) {
  const bool is_ipv6 = option_or(borrowed, SOL_SOCKET, SO_DOMAIN, 0) == AF_INET6;
  const auto local = local_end(borrowed, is_ipv6);
  if (!local || local->port == 0) return std::nullopt;
  InetFacts facts;
  facts.transport = Transport::tcp;
  facts.family = is_ipv6 ? portscope::Family::ipv6 : portscope::Family::ipv4;
  facts.state = option_or<std::uint8_t>(borrowed, IPPROTO_TCP, TCP_INFO, 0);  // its first member
  facts.local = *local;
  Socket socket = inet_row(facts).socket;
  if (socket.state != State::bound) return std::nullopt;
  constexpr int bound_interface = 62;  // SO_BINDTOIFINDEX, Linux 5.1
  socket.interface = option_or<std::uint32_t>(borrowed, SOL_SOCKET, bound_interface, 0);
  if (is_ipv6) socket.v6_only = option_or(borrowed, IPPROTO_IPV6, IPV6_V6ONLY, 0) != 0;
  return socket;
}

std::optional<Gap> add_bound_by_descriptor(const Question& question, Pass& pass) {
  static constexpr Family family{.transport = Transport::tcp, .counters = {"TCP", "TCPv6"}, .describe = describe_bound};
  Finding found = find_by_descriptor(family, question);
  std::erase_if(found.pass.rows, has_lost_port);
  const Ports listed = found.pass.rows.empty() ? Ports{} : listed_ports(question);
  std::uint64_t unclear = 0;
  for (const Socket& socket : found.pass.rows) {
    if (listed.contains(inet(socket.local)->port)) {
      ++unclear;
    } else {
      pass.rows.push_back(socket);
    }
  }
  if (!found.why.empty())
    return gap(found.why, std::nullopt, found.remedy + "; Linux 6.8 and later list bound sockets");
  if (unclear == 0) return std::nullopt;
  return gap(errno_name(ENOTSUP), unclear, "whether they are bound beside others is told by Linux 6.8 and later");
}

}  // namespace collect
