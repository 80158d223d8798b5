// SPDX-License-Identifier: MIT
#include "collect/still_open.hpp"

#include <algorithm>

#include "collect/inet_lookup.hpp"
#include "collect/roads.hpp"

namespace collect {

using portscope::Socket;
using portscope::Transport;

namespace {

using Inodes = std::unordered_set<std::uint32_t>;

/// A few connections are looked up faster than all tables are read; nothing where there are others, or many.
std::optional<Inodes> found_singly(const Question& asked, const std::vector<Socket*>& unowned) {
  constexpr std::size_t few = 500;
  const bool by_netlink = asked.request.source != portscope::SourceChoice::proc;
  if (unowned.size() > few || !by_netlink) return std::nullopt;
  const Family& tcp = family_of(Transport::tcp);
  Inodes inodes;
  for (const Socket* socket : unowned) {
    const auto tuple = five_tuple(*socket);
    if (socket->transport != Transport::tcp || !tuple || socket->cookie == 0) return std::nullopt;
    portscope::Request request;
    const Question question{asked.doors, request, asked.strings, asked.details};
    const Pass found = look_up(tcp, question, *tuple);
    if (found.error != 0) return std::nullopt;
    for (const Socket& now : found.rows) inodes.insert(now.inode);
  }
  return inodes;
}

}  // namespace

std::optional<Inodes> still_open(const Question& asked, const std::vector<Socket*>& unowned) {
  if (auto open = found_singly(asked, unowned)) return open;
  portscope::Request request;
  request.source = asked.request.source;
  request.selection.transports = {};
  for (const Socket* socket : unowned) request.selection.transports.insert(socket->transport);
  // Listeners have a table of their own, a short one; one that listens no more is as good as closed.
  const bool all_listen = std::all_of(unowned.begin(), unowned.end(),
                                      [](const Socket* socket) { return socket->state == portscope::State::listen; });
  if (all_listen) request.selection.states = {portscope::State::listen};
  const Question question{asked.doors, request, asked.strings, asked.details};
  Inodes inodes;
  for (const Family& family : families()) {
    if (!request.selection.transports.contains(family.transport)) continue;
    const Reading reading = read_family(family, question);
    if (reading.unreadable) return std::nullopt;
    for (const Socket& socket : reading.sockets) inodes.insert(socket.inode);
  }
  return inodes;
}

}  // namespace collect
