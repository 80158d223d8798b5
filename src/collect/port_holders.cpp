// SPDX-License-Identifier: MIT
#include "collect/port_holders.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include "collect/borrower.hpp"

namespace collect {

using portscope::Holder;
using portscope::PortHolder;
using portscope::Snapshot;
using portscope::Socket;
using portscope::State;

namespace {

constexpr int most_connections = 512;

bool is_connection(const Socket& socket) {
  return socket.state != State::listen && socket.state != State::bound && socket.state != State::unconnected;
}

std::optional<bool> flag(const sys::BorrowedSocket& borrowed, int level, int name) {
  const auto answer = borrowed.option<int>(level, name);
  return answer ? std::optional(*answer != 0) : std::nullopt;
}

/// Of one inode and yet another socket: a TCP socket behind an MPTCP one has no descriptor of its own.
bool is_another(const sys::BorrowedSocket& borrowed, const Socket& socket) {
  const auto cookie = borrowed.cookie();
  return cookie && socket.cookie != 0 && socket.cookie != *cookie;
}

void ask(Borrower& borrower, const Snapshot& snapshot, PortHolder& holder) {
  for (const Holder& one : snapshot.holders_of(*holder.socket)) {
    const auto borrowed = borrower.borrow(snapshot.processes[one.process].pid, one);
    if (!borrowed || is_another(*borrowed, *holder.socket)) continue;
    holder.reuse_address = flag(*borrowed, SOL_SOCKET, SO_REUSEADDR);
    holder.reuse_port = flag(*borrowed, SOL_SOCKET, SO_REUSEPORT);
    if (holder.socket->family == portscope::Family::ipv6) {
      if (const auto v6_only = flag(*borrowed, IPPROTO_IPV6, IPV6_V6ONLY)) holder.v6_only = v6_only;
    }
    return;
  }
}

}  // namespace

std::vector<PortHolder> port_holders(const Snapshot& snapshot) {
  std::vector<PortHolder> holders;
  holders.reserve(snapshot.sockets.size());
  Borrower borrower;
  int connections = 0;
  for (const Socket& socket : snapshot.sockets) {
    PortHolder& holder = holders.emplace_back(PortHolder{&socket, {}, {}, socket.v6_only});
    const bool too_many = is_connection(socket) && ++connections > most_connections;
    if (!too_many) ask(borrower, snapshot, holder);
  }
  return holders;
}

}  // namespace collect
