// SPDX-License-Identifier: MIT
#include "portscope/port_owners.hpp"

#include <algorithm>

#include "model/refusals.hpp"

namespace portscope {

bool holds_port(const Socket& socket) {
  return port_transports.contains(socket.transport) && port_states.contains(socket.state) &&
         port_of(socket.local).value_or(0) != 0;
}

namespace {

/// How many of its ancestors are among them, as far as one leads to the other.
std::size_t depth_of(const Snapshot& snapshot, const std::vector<PortOwner>& holders, const PortOwner& holder) {
  std::size_t depth = 0;
  std::int32_t parent = snapshot.processes[holder.process].ppid;
  while (depth < holders.size()) {
    const auto found = std::find_if(holders.begin(), holders.end(), [&](const PortOwner& other) {
      return snapshot.processes[other.process].pid == parent;
    });
    if (found == holders.end()) break;
    parent = snapshot.processes[found->process].ppid;
    ++depth;
  }
  return depth;
}

/// A parent that is ended first does not start its children again.
std::vector<PortOwner> parents_first(const Snapshot& snapshot, const std::vector<PortOwner>& holders) {
  std::vector<PortOwner> sorted;
  sorted.reserve(holders.size());
  for (std::size_t depth = 0; depth <= holders.size(); ++depth) {
    for (const PortOwner& holder : holders) {
      if (depth_of(snapshot, holders, holder) == depth) sorted.push_back(holder);
    }
  }
  return sorted;
}

}  // namespace

std::vector<PortOwner> port_owners(const Snapshot& snapshot, std::span<const std::int32_t> kin) {
  std::vector<PortOwner> holders;
  for (const Socket& socket : snapshot.sockets) {
    if (!holds_port(socket)) continue;
    for (const Holder& descriptor : snapshot.holders_of(socket)) {
      auto found = std::find_if(holders.begin(), holders.end(),
                                [&](const PortOwner& known) { return known.process == descriptor.process; });
      if (found == holders.end()) found = holders.insert(holders.end(), {descriptor.process, {}});
      found->descriptors.push_back(descriptor);
    }
  }
  for (PortOwner& holder : holders) holder.refusal = refusal_of(snapshot, holder, kin);
  return parents_first(snapshot, holders);
}

}  // namespace portscope
