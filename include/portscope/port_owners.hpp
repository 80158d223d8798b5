// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "portscope/snapshot.hpp"

namespace portscope {

/// The transports that have ports, of which a socket may have one for itself.
inline constexpr EnumSet<Transport> port_transports{Transport::tcp,     Transport::mptcp, Transport::udp,
                                                    Transport::udplite, Transport::sctp,  Transport::dccp};

/// The states of those.
inline constexpr EnumSet<State> port_states{State::listen, State::bound, State::unconnected};

/// Whether the socket is what has its port: it listens, is bound and does not listen, or waits for datagrams of
/// anybody. Connections are on a port as well, on a server's too, but it is not theirs.
bool holds_port(const Socket& socket);

/// Why a process is not ended here, and how it is done instead.
struct Refusal {
  enum class Rule : std::uint8_t {
    init,       ///< pid 1
    activator,  ///< systemd, which keeps the socket for a service
    caller,     ///< this program
    ancestor,   ///< its parent, or the parent's parent...: the shell, the terminal, sshd
    proxy       ///< it passes the port on to a container
  };
  Rule rule = Rule::init;
  std::string why;      ///< half a sentence about the process
  std::string command;  ///< what to do instead
};
template <>
struct Names<Refusal::Rule> {
  static constexpr auto list = std::to_array<std::string_view>({"init", "activator", "caller", "ancestor", "proxy"});
};

/// A process that holds a port.
struct PortOwner {
  std::uint32_t process = 0;         ///< position in Snapshot::processes
  std::vector<Holder> descriptors;   ///< of sockets that hold the port
  std::optional<Refusal> refusal{};  ///< nothing: it may be ended
};

/// The processes that hold a socket of `snapshot` which holds its port, parents before their children. `kin` are the
/// caller and its ancestors, the caller first.
std::vector<PortOwner> port_owners(const Snapshot& snapshot, std::span<const std::int32_t> kin);

/// The pid of the caller, its parent, and so on up to 1 (or to where /proc ends).
std::vector<std::int32_t> own_kin();

}  // namespace portscope
